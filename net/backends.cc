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

/// Once in a process, however many backends it makes.
void say_that_epoll_serves(const UringRefused& refusal) {
  static std::atomic<bool> is_said = false;
  if (is_said.exchange(true)) return;
  std::fprintf(stderr, "rill: epoll serves instead of io_uring: %s\n", refusal.what());
}

}  // namespace

std::unique_ptr<Backend> make_backend(std::string_view name) {
  if (name == "epoll") return std::make_unique<EpollBackend>();
  if (name == "auto") {
    try {
      return std::make_unique<UringBackend>();
    } catch (const UringRefused& refusal) {
      say_that_epoll_serves(refusal);
      return std::make_unique<EpollBackend>();
    }
  }
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
