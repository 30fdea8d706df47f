// The real-socket backends by name, for --backend=NAME.
#pragma once

#include <memory>
#include <string_view>

#include "scheduler/backend.h"

namespace rill {

/// "epoll", or "auto" for the best one that there is. Throws UsageError with one sentence for other
/// names, and for "uring", which is not built yet; std::system_error when the kernel gives no
/// descriptor for it.
std::unique_ptr<Backend> make_backend(std::string_view name);

}  // namespace rill
