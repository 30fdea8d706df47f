// The real-socket backends by name, for --backend=NAME.
#pragma once

#include <memory>
#include <string_view>

#include "scheduler/backend.h"

namespace rill {

/// "epoll"; "uring"; or "auto" for what serves faster, which is epoll (backends.cc says why).
/// Throws UsageError with one sentence for other names, and for "uring" where the kernel refuses
/// it; std::system_error when the kernel gives no descriptor for epoll.
std::unique_ptr<Backend> make_backend(std::string_view name);

namespace detail {

/// io_uring, and epoll where the kernel refuses that, which is said in one line on standard error,
/// once.
std::unique_ptr<Backend> make_uring_or_epoll();

}  // namespace detail

}  // namespace rill
