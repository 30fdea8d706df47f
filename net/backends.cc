// See backends.h.
#include "net/backends.h"

#include <atomic>
#include <cstdio>
#include <string>

#include "net/epoll/epoll_backend.h"
#include "net/uring/uring_backend.h"
#include "scheduler/run_options.h"

namespace rill {
namespace {

// What `auto` tries first. Measured on Linux 6.18, two cores, interleaved (November 2026): echo of
// 64 bytes is the same on both within the noise of 3 %, echo of 16 KiB is 5 to 10 % faster with
// epoll, httpd 2 to 10 %. io_uring needs 60 times fewer system calls for small messages, and may
// win where those are dear; but it is refused in many containers, and its rings count against
// RLIMIT_MEMLOCK. So: epoll.
constexpr bool kAutoTriesUring = false;

/// Once in a process, however many backends it makes.
void say_that_epoll_serves(const UringRefused& refusal) {
  static std::atomic<bool> is_said = false;
  if (is_said.exchange(true)) return;
  std::fprintf(stderr, "rill: epoll serves instead of io_uring: %s\n", refusal.what());
}

}  // namespace

std::unique_ptr<Backend> detail::make_uring_or_epoll() {
  try {
    return std::make_unique<UringBackend>();
  } catch (const UringRefused& refusal) {
    say_that_epoll_serves(refusal);
    return std::make_unique<EpollBackend>();
  }
}

std::unique_ptr<Backend> make_backend(std::string_view name) {
  if (name == "auto" && kAutoTriesUring) return detail::make_uring_or_epoll();
  if (name == "epoll" || name == "auto") return std::make_unique<EpollBackend>();
  if (name == "uring") {
    try {
      return std::make_unique<UringBackend>();
    } catch (const UringRefused& refusal) {
      throw UsageError(std::string("there is no uring backend here: ") + refusal.what() +
                       ": use --backend=epoll");
    }
  }
  throw UsageError("there is no backend '" + std::string(name) +
                   "': choose epoll, uring, or auto for the best one");
}

}  // namespace rill
