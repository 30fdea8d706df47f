// SIGQUIT, and the choice of the backend. See run.h.
#include "net/run.h"

#include <csignal>
#include <cstdlib>
#include <mutex>

namespace rill {
namespace {

// The signal's disposition belongs to the process, so threads share it: the first to come installs
// the handler, the last to go restores what was there.
std::mutex mutex;
int users = 0;
struct sigaction before;
bool is_ours = false;

void on_sigquit(int) { request_task_dump(); }  // and the wait ends by EINTR, so the loop looks

}  // namespace

TaskDumpOnSigquit::TaskDumpOnSigquit() {
  const std::lock_guard lock(mutex);
  if (users++ > 0) return;
  sigaction(SIGQUIT, nullptr, &before);
  is_ours = before.sa_handler == SIG_DFL;
  if (!is_ours) return;
  struct sigaction dump{};
  dump.sa_handler = on_sigquit;
  sigemptyset(&dump.sa_mask);
  dump.sa_flags =
      SA_RESTART;  // other calls of the program go on; epoll_wait never does (signal(7))
  sigaction(SIGQUIT, &dump, nullptr);
}

TaskDumpOnSigquit::~TaskDumpOnSigquit() {
  const std::lock_guard lock(mutex);
  if (--users > 0 || !is_ours) return;
  struct sigaction now{};
  sigaction(SIGQUIT, nullptr, &now);
  if (now.sa_handler == on_sigquit) sigaction(SIGQUIT, &before, nullptr);
}

std::unique_ptr<Backend> detail::backend_of_environment() {
  const char* const name = std::getenv("RILL_BACKEND");
  return make_backend(name != nullptr && *name != '\0' ? name : kUsualBackend);
}

}  // namespace rill
