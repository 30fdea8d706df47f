// StateRef: a counted reference to what an object of the API and the calls in flight on it share.
//
// A Connection or a Listener may be moved or destroyed while a task waits in one of its calls; the
// state lives as long as either needs it. Internal to net. State has a member `references`, which
// begins with 1.
#pragma once

#include <utility>

namespace rill {

template <class State>
class StateRef {
 public:
  explicit StateRef(State* state) : state_(state) {}  // takes over one reference
  StateRef(const StateRef& other) : state_(other.state_) {
    if (state_ != nullptr) ++state_->references;
  }
  StateRef(StateRef&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  StateRef& operator=(StateRef other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~StateRef() {
    if (state_ != nullptr && --state_->references == 0) [[unlikely]]
      destroy(state_);
  }
  State* operator->() const { return state_; }
  State& operator*() const { return *state_; }
  explicit operator bool() const { return state_ != nullptr; }

 private:
  /// Apart, since every call on a connection ends with the test, and few with this.
  [[gnu::noinline]] static void destroy(State* state) { delete state; }

  State* state_;
};

}  // namespace rill
