// Test cases that run on each real-socket backend in turn.
//
//   RILL_ON_EACH("a peer that ...") {
//     Workbench bench;
//     ...
//   }
//
// TEST_CASE with a Workbench is for what only epoll does. Where the kernel refuses io_uring (many
// containers do), such a case says so in one line, once, and passes.
#pragma once

#include <memory>

#include "net/epoll/epoll_backend.h"
#include "net/uring/uring_backend.h"
#include "tests/real/backend_names.h"
#include "tests/testing/testing.h"

namespace rill::testing {

enum class RealBackend : std::uint8_t { epoll, uring };

/// On which one the test runs. Whoever makes a backend looks here.
inline thread_local RealBackend real_backend = RealBackend::epoll;

inline bool is_epoll() { return real_backend == RealBackend::epoll; }

inline std::unique_ptr<Backend> make_real_backend(EpollOptions options,
                                                  const RingCalls& ring_calls = kernel_ring_calls) {
  if (is_epoll()) return std::make_unique<EpollBackend>(std::move(options));
  return std::make_unique<UringBackend>(UringOptions{options.syscalls, &ring_calls, options.names});
}

/// While it lives, tests run on that one.
class On {
 public:
  explicit On(RealBackend backend) { real_backend = backend; }
  On(const On&) = delete;
  On& operator=(const On&) = delete;
  ~On() { real_backend = RealBackend::epoll; }
};

inline void on_each_backend(void (*body)()) {
  SECTION("epoll") { body(); }
  SECTION("io_uring") {
    if (!has_uring()) return;
    const On uring(RealBackend::uring);
    body();
  }
}

}  // namespace rill::testing

#define RILL_ON_EACH(sentence) RILL_ON_EACH_NAMED(INTERNAL_RILL_JOIN(on_each_, __LINE__), sentence)
#define RILL_ON_EACH_NAMED(name, sentence)                         \
  static void name();                                              \
  TEST_CASE(sentence) { ::rill::testing::on_each_backend(&name); } \
  static void name()
