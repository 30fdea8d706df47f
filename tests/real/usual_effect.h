// UsualEffect: what a signal that meets nobody would do to the process, as a count that a test
// survives. Restored with the scope.
#pragma once

#include <atomic>
#include <csignal>

namespace rill::testing {

class UsualEffect {
 public:
  explicit UsualEffect(int number) : number_(number) {
    effects = 0;
    struct sigaction count{};
    count.sa_handler = [](int) { ++effects; };
    sigaction(number_, &count, &before_);
  }
  UsualEffect(const UsualEffect&) = delete;
  UsualEffect& operator=(const UsualEffect&) = delete;
  ~UsualEffect() { sigaction(number_, &before_, nullptr); }

  /// Of the one that lives. Lock-free, so that a handler may touch it, on whatever thread.
  static inline std::atomic<int> effects = 0;
  static_assert(std::atomic<int>::is_always_lock_free);

 private:
  int number_;
  struct sigaction before_{};
};

}  // namespace rill::testing
