// See backends.h.
#include "net/backends.h"

#include <string>

#include "net/epoll/epoll_backend.h"
#include "scheduler/run_options.h"

namespace rill {

std::unique_ptr<Backend> make_backend(std::string_view name) {
  if (name == "epoll" || name == "auto") return std::make_unique<EpollBackend>();
  if (name == "uring") {
    throw UsageError("the uring backend is not built yet: use --backend=epoll");
  }
  throw UsageError("there is no backend '" + std::string(name) +
                   "': choose epoll, or auto for the best one");
}

}  // namespace rill
