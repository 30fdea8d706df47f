// See demo_origin.h.
#include "lessons/crawler/demo_origin.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <system_error>

#include "lessons/crawler/site.h"
#include "net/backends.h"
#include "net/net.h"
#include "scheduler/run.h"

namespace rill::crawler {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Serves until it is killed; tells the port through `pipe`.
Task<> serve(const Site& site, int pipe) {
  Listener listener("127.0.0.1", 0, {.backlog = 4096});
  const std::uint16_t port = listener.address().port;
  if (::write(pipe, &port, sizeof port) != sizeof port) co_return;
  ::close(pipe);
  co_await server(std::move(listener), [&site](Connection connection) {
    return serve_site(site, std::move(connection));
  });
}

/// The child's whole life.
[[noreturn]] void live(const std::string& backend_name, Duration delay, int pipe, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it ended before we asked to be told
  try {
    const Site site = site_of_100_pages(delay, /*is_faulty=*/false);
    const std::unique_ptr<Backend> backend = make_backend(backend_name);
    run(serve(site, pipe), *backend);
  } catch (const std::exception&) {
    _exit(1);  // the parent reads no port, and says so
  }
  _exit(0);
}

}  // namespace

DemoOrigin::DemoOrigin(const std::string& backend, Duration delay) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) fail("a pipe for the demo's server");
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ < 0) fail("a process for the demo's server");
  if (child_ == 0) {
    ::close(pipe[0]);
    live(backend, delay, pipe[1], parent);
  }
  ::close(pipe[1]);
  const bool has_port = ::read(pipe[0], &port_, sizeof port_) == sizeof port_;
  ::close(pipe[0]);
  if (!has_port) {
    waitpid(child_, nullptr, 0);
    throw std::system_error(EIO, std::generic_category(), "the demo's server did not start");
  }
}

DemoOrigin::~DemoOrigin() {
  ::kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

}  // namespace rill::crawler
