// Channel<T>: a bounded queue between tasks.
//
//   Channel<std::string> lines(16);
//   co_await lines.push("hello");                              // waits while 16 are in it
//   std::optional<std::string> line = co_await lines.pop();    // nothing: closed and empty
//
// Bounded, because a queue without a bound only hides that the consumer is too slow. With capacity
// 0, push waits until a consumer takes the value. Values arrive in the order of pushing, waiters
// are served in the order of waiting. A value whose push was killed before it was taken is not
// delivered.
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "scheduler/scheduler.h"

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

  class [[nodiscard("push() does nothing until it is awaited")]] Push final : public Wait {
   public:
    Push(Channel& channel, T value) : channel_(channel), value_(std::move(value)) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) {
      Scheduler::block(frame.promise(), *this);
      if (channel_.closed_) {
        refused_ = true;
      } else if (!channel_.poppers_.empty()) {
        static_cast<Pop&>(channel_.poppers_.pop_front()).receive(std::move(value_));
      } else if (channel_.values_.size() < channel_.capacity_) {
        channel_.values_.push_back(std::move(value_));
      } else {
        channel_.pushers_.push_back(*this);
        return;
      }
      task->scheduler->wake(*task);
    }
    void await_resume() const {
      if (refused_) throw ChannelClosed();
    }
    WaitReport report() const override { return {"room in a channel", {}, false}; }

   private:
    friend class Channel;
    Channel& channel_;
    T value_;
    bool refused_ = false;
  };

  class [[nodiscard("pop() does nothing until it is awaited")]] Pop final : public Wait {
   public:
    explicit Pop(Channel& channel) : channel_(channel) {}
    ~Pop() {
      // Killed between the delivery and its turn: the value goes back to where it came from.
      if (value_) channel_.put_back(std::move(*value_));
    }
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) {
      Scheduler::block(frame.promise(), *this);
      if (channel_.values_.empty() && channel_.pushers_.empty() && !channel_.closed_) {
        channel_.poppers_.push_back(*this);
        return;
      }
      value_ = channel_.take();
      task->scheduler->wake(*task);
    }
    std::optional<T> await_resume() { return std::exchange(value_, std::nullopt); }
    WaitReport report() const override { return {"a value from a channel", {}, false}; }

   private:
    friend class Channel;
    void receive(T value) {
      value_ = std::move(value);
      task->scheduler->wake(*task);
    }
    Channel& channel_;
    std::optional<T> value_;
  };

  /// Suspends while the channel is full; one step at least. Throws ChannelClosed after close().
  Push push(T value) { return Push(*this, std::move(value)); }
  /// Suspends while the channel is empty; one step at least. Nothing when it is closed and empty.
  Pop pop() { return Pop(*this); }

  /// No more pushes: those that wait are refused, pops take what is left and then get nothing.
  void close() {
    closed_ = true;
    while (!pushers_.empty()) {
      auto& push = static_cast<Push&>(pushers_.pop_front());
      push.refused_ = true;
      push.task->scheduler->wake(*push.task);
    }
    while (!poppers_.empty()) {
      TaskControl& task = *poppers_.pop_front().task;
      task.scheduler->wake(task);
    }
  }
  bool is_closed() const { return closed_; }
  std::size_t size() const { return values_.size(); }
  std::size_t capacity() const { return capacity_; }

 private:
  /// The next value, if any; the longest waiting push moves up.
  std::optional<T> take() {
    std::optional<T> value;
    if (!values_.empty()) {
      value = std::move(values_.front());
      values_.pop_front();
    }
    if (!pushers_.empty()) {
      auto& push = static_cast<Push&>(pushers_.pop_front());
      if (value) {
        values_.push_back(std::move(push.value_));
      } else {
        value = std::move(push.value_);
      }
      push.task->scheduler->wake(*push.task);
    }
    return value;
  }
  void put_back(T value) {
    if (!poppers_.empty()) {
      static_cast<Pop&>(poppers_.pop_front()).receive(std::move(value));
    } else {
      values_.push_front(
          std::move(value));  // may exceed the capacity by one: better than losing it
    }
  }

  std::size_t capacity_;
  bool closed_ = false;
  std::deque<T> values_;
  WaitList pushers_;
  WaitList poppers_;
};

}  // namespace rill
