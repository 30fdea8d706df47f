// Channel<T>: a bounded queue between tasks.
//
//   Channel<std::string> lines(16);
//   co_await lines.push("hello");                              // waits while 16 are in it
//   std::optional<std::string> line = co_await lines.pop();    // nothing: closed and empty
//
// Bounded, because a queue without a bound only hides that the consumer is too slow. With capacity
// 0, push waits until a consumer takes the value. Values arrive in the order of pushing, waiters
// are served in the order of waiting. Kill: a value whose push was killed before it was taken is
// not delivered; a value whose pop was killed goes to the next one. T needs a move constructor.
#pragma once

#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "scheduler/ring.h"
#include "scheduler/scheduler.h"
#include "scheduler/sync_object.h"

namespace rill {

/// push() on a closed channel.
class ChannelClosed : public std::runtime_error {
 public:
  ChannelClosed() : std::runtime_error("push() on a channel that was closed") {}
};

template <class T>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : capacity_(capacity) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  class [[nodiscard("push() does nothing until it is awaited")]] Push final : public ListedWait {
   public:
    Push(Channel& channel, T value) : channel_(channel), value_(std::move(value)) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) {
      PromiseBase& promise = frame.promise();
      channel_.last_pusher_ = promise.task->id;
      if (promise.task->scheduler->is_recorded()) [[unlikely]]
        channel_.tell_push();
      if (channel_.closed_) {
        refused_ = true;
      } else if (!channel_.poppers_.empty()) {
        channel_.deliver(std::move(value_));
      } else if (channel_.values_.size() < channel_.capacity_) {
        channel_.values_.push_back(std::move(value_));
      } else {
        Scheduler::block(promise, *this);
        channel_.pushers_.push_back(*this);
        return;
      }
      promise.task->scheduler->give_way(*promise.task);
    }
    void await_resume() const {
      if (refused_) throw ChannelClosed();
    }
    std::string_view kind() const override { return "push"; }
    WaitReport report() const override {
      if (!is_linked()) return {.text = "room in a channel that was destroyed", .what = "channel"};
      return {.text = "room in a channel", .what = "channel", .object = &channel_.object_};
    }
    Hint hint() const override {
      return is_linked() ? Hint{"took from it before", channel_.last_popper_} : Hint();
    }

   private:
    friend class Channel;
    Channel& channel_;
    T value_;
    bool refused_ = false;
  };

  class [[nodiscard("pop() does nothing until it is awaited")]] Pop final : public ListedWait {
   public:
    explicit Pop(Channel& channel) : channel_(channel) {}
    ~Pop() {
      if (!is_linked()) return;  // killed between the delivery and its turn
      unlink();
      channel_.put_back(std::move(*value_));
    }
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) {
      PromiseBase& promise = frame.promise();
      channel_.last_popper_ = promise.task->id;
      if (channel_.can_pop()) {
        if (promise.task->scheduler->is_recorded()) [[unlikely]]
          channel_.tell_pop();
        channel_.take(*this);
        promise.task->scheduler->give_way(*promise.task);
      } else {
        Scheduler::block(promise, *this);
        channel_.poppers_.push_back(*this);
      }
    }
    std::optional<T> await_resume() {
      unlink();
      return std::move(value_);
    }
    std::string_view kind() const override { return "pop"; }
    WaitReport report() const override {
      if (!is_linked())
        return {.text = "a value from a channel that was destroyed", .what = "channel"};
      return {.text = "a value from a channel", .what = "channel", .object = &channel_.object_};
    }
    Hint hint() const override {
      return is_linked() ? Hint{"put into it before", channel_.last_pusher_} : Hint();
    }

   private:
    friend class Channel;
    Channel& channel_;
    std::optional<T> value_;
  };

  /// Suspends while the channel is full; one step at least. Throws ChannelClosed after close().
  Push push(T value) { return Push(*this, std::move(value)); }
  /// Suspends while the channel is empty; one step at least. Nothing when it is closed and empty.
  Pop pop() { return Pop(*this); }

  /// No more pushes: those that wait are refused, pops take what is left and then get nothing.
  /// Never suspends. Throws UsageError on another thread than that of the tasks that wait.
  void close(std::source_location where = std::source_location::current()) {
    if (Scheduler::recorded() != nullptr) [[unlikely]]
      tell_close(where);
    closed_ = true;
    while (!pushers_.empty()) {
      static_cast<Push&>(Scheduler::wake_first(pushers_, "Channel::close()")).refused_ = true;
    }
    while (!poppers_.empty()) Scheduler::wake_first(poppers_, "Channel::close()");
  }
  bool is_closed() const { return closed_; }
  /// Values in it, without those of pushes that wait.
  std::size_t size() const { return values_.size(); }
  std::size_t capacity() const { return capacity_; }

 private:
  bool can_pop() const { return !values_.empty() || !pushers_.empty() || closed_; }

  /// To the pop that has waited longest.
  void deliver(T&& value) {
    auto& pop = static_cast<Pop&>(poppers_.front());
    pop.value_.emplace(std::move(value));
    delivered_.push_back(Scheduler::wake_first(poppers_, "push() or pop() of a channel"));
  }
  /// The next value, if any, into `pop`; the push that has waited longest moves up.
  void take(Pop& pop) {
    if (!values_.empty()) {
      pop.value_.emplace(values_.pop_front());
      if (!pushers_.empty()) values_.push_back(std::move(next_push().value_));
    } else if (!pushers_.empty()) {
      pop.value_.emplace(std::move(next_push().value_));
    } else {
      return;  // closed
    }
    delivered_.push_back(pop);
  }
  Push& next_push() {
    return static_cast<Push&>(Scheduler::wake_first(pushers_, "pop() of a channel"));
  }
  void put_back(T&& value) {
    if (Scheduler::recorded() != nullptr) [[unlikely]]
      tell_put_back();
    if (!poppers_.empty()) {
      deliver(std::move(value));
    } else {
      values_.push_front(std::move(value));  // perhaps one too many: better than losing it
    }
  }

  // What close(), push(), take() and put_back() are about to do, for a recorder.
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_close(std::source_location where) {
    if (!closed_) object_.tell(SyncDeed::close, values_.size(), capacity_, where);
  }
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_push() {
    const bool is_room = values_.size() < capacity_;
    const SyncDeed deed = closed_             ? SyncDeed::refuse
                          : !poppers_.empty() ? SyncDeed::hand
                          : is_room           ? SyncDeed::put
                                              : SyncDeed::offer;
    object_.tell(deed, values_.size() + (deed == SyncDeed::put ? 1 : 0), capacity_);
  }
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_pop() {
    if (values_.empty() && pushers_.empty()) {
      object_.tell(SyncDeed::find_end, 0, capacity_);
    } else if (values_.empty()) {
      object_.tell(SyncDeed::take, 0, capacity_, {}, pushers_.front().task);
    } else {
      object_.tell(SyncDeed::take, values_.size() - (pushers_.empty() ? 1 : 0), capacity_);
    }
  }
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_put_back() {
    const bool is_handed = !poppers_.empty();
    object_.tell(is_handed ? SyncDeed::hand_on : SyncDeed::put_back,
                 values_.size() + (is_handed ? 0 : 1), capacity_);
  }

  std::size_t capacity_;
  bool closed_ = false;
  TaskId last_pusher_ = 0;  // for reports
  TaskId last_popper_ = 0;
  Ring<T> values_;
  WaitList pushers_;
  WaitList poppers_;
  WaitList
      delivered_;  // pops with a value that have not run yet: should the channel die, they know
  SyncObject object_;
};

}  // namespace rill
