// See backends.h.
//
// Why epoll is the usual one. Measured on Linux 6.18, two cores, interleaved (docs/benchmarks.md):
// messages of 64 bytes and httpd are as fast on both within the noise, messages of 16 KiB up to 5 %
// faster with epoll. io_uring needs 60 times fewer system calls for small messages, and wins where
// those are dear; but it is refused in many containers, its rings count against RLIMIT_MEMLOCK, and
// a storm of connections delays others by milliseconds (docs/reliability.md).
#include "net/backends.h"

#include <atomic>
#include <cstdio>
#include <string>

#include "net/epoll/epoll_backend.h"
#include "net/uring/uring_backend.h"
#include "scheduler/run_options.h"

namespace rill {
namespace {

/// Once in a process, however many backends it makes.
void say_that_epoll_serves(const UringRefused& refusal) {
  static std::atomic<bool> is_said = false;
  if (is_said.exchange(true)) return;
  std::fprintf(stderr, "rill: epoll serves instead of io_uring: %s\n", refusal.what());
}

}  // namespace

std::unique_ptr<Backend> make_backend(std::string_view name) {
  if (name == "epoll") return std::make_unique<EpollBackend>();
  if (name == "uring" || name == "auto") {
    try {
      return std::make_unique<UringBackend>();
    } catch (const UringRefused& refusal) {
      if (name == "uring") {
        throw UsageError(std::string("there is no uring backend here: ") + refusal.what() +
                         ": use --backend=epoll");
      }
      say_that_epoll_serves(refusal);
      return std::make_unique<EpollBackend>();
    }
  }
  throw UsageError("there is no backend '" + std::string(name) +
                   "': choose epoll, uring, or auto for uring where the kernel has it");
}

}  // namespace rill
