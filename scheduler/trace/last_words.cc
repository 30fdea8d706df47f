// Only what signal-safety(7) allows happens in the handler. See last_words.h.
#include "scheduler/trace/last_words.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace rill::trace {
namespace {

constexpr std::array kDeadly = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

std::array<std::atomic<const Unwritten*>, LastWords::kMost> registered;
std::atomic<pid_t> owner{0};

/// The signal's own action is back already (SA_RESETHAND), and ends the process when this returns,
/// since it is raised once more.
void write_and_die(int signal) {
  write_last_words();
  raise(signal);
}

void listen_to(int signal) {
  struct sigaction action{};
  if (sigaction(signal, nullptr, &action) != 0) return;
  if ((action.sa_flags & SA_SIGINFO) != 0 || action.sa_handler != SIG_DFL) return;
  action = {};
  action.sa_handler = write_and_die;
  action.sa_flags = SA_RESETHAND;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void write_last_words() {
  if (owner.load() != getpid()) return;
  for (std::atomic<const Unwritten*>& place : registered) {
    const Unwritten* const unwritten = place.exchange(nullptr);
    if (unwritten == nullptr) continue;
    const char* data = unwritten->data;
    std::size_t left = unwritten->size_bytes.load();
    while (left > 0) {
      const ssize_t written = ::write(unwritten->file.load(), data, left);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      data += written;
      left -= static_cast<std::size_t>(written);
    }
  }
}

LastWords::LastWords(const Unwritten& unwritten) {
  owner.store(getpid());
  for (const int signal : kDeadly) listen_to(signal);
  for (place_ = 0; place_ < kMost; ++place_) {
    const Unwritten* nobody = nullptr;
    if (registered[place_].compare_exchange_strong(nobody, &unwritten)) return;
  }
}

LastWords::~LastWords() {
  if (place_ < kMost) registered[place_].store(nullptr);
}

}  // namespace rill::trace
