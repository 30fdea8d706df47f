// See backends.h.
#include "net/backends.h"

#include <string>

#include "net/epoll/epoll_backend.h"
#include "net/uring/uring_backend.h"
#include "scheduler/run_options.h"

namespace rill {

std::unique_ptr<Backend> make_backend(std::string_view name) {
  if (name == "epoll" || name == "auto") return std::make_unique<EpollBackend>();
  if (name == "uring") {
    return std::make_unique<UringBackend>();
  }
  throw UsageError("there is no backend '" + std::string(name) +
                   "': choose epoll, or auto for the best one");
}

}  // namespace rill
