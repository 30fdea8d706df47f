// The real-socket backends by name, for --backend=NAME.
#pragma once

#include <memory>
#include <string_view>

#include "scheduler/backend.h"

namespace rill {

/// What serves where nothing is said (backends.cc has the reasons).
inline constexpr std::string_view kUsualBackend = "epoll";

/// "epoll"; "uring"; or "auto" for io_uring, and for epoll where the kernel refuses that, which is
/// said in one line on standard error, once in a process. Throws UsageError with one sentence for
/// other names, and for "uring" where the kernel refuses it; std::system_error when the kernel
/// gives no descriptor for epoll.
std::unique_ptr<Backend> make_backend(std::string_view name);

}  // namespace rill
