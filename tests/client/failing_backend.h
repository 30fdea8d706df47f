// A backend around a backend, in which one call of one host goes wrong: the k-th operation that it
// submits fails at once, or is never answered.
#pragma once

#include <cstdint>
#include <functional>

#include "scheduler/backend.h"

namespace rill::testing {

class FailingBackend final : public Backend {
 public:
  /// What becomes of the operation: its result, which is never a success with something in it; or
  /// kSilence.
  static constexpr std::int64_t kSilence = 1;
  using Choose = std::function<std::int64_t(OpKind)>;

  /// Operation number `nth` (1, 2, ...) of `victim` gets what `choose` says.
  FailingBackend(Backend& inner, HostId victim, std::uint64_t nth, Choose choose)
      : inner_(inner), victim_(victim), nth_(nth), choose_(std::move(choose)) {}

  /// Whether there was such an operation.
  bool has_struck() const { return has_struck_; }

  std::string_view name() const override { return inner_.name(); }
  bool is_simulated() const override { return inner_.is_simulated(); }
  void submit(Op& op) override {
    if (op.host == victim_ && ++submitted_ == nth_) {
      has_struck_ = true;
      const std::int64_t result = choose_(op.kind);
      if (result == kSilence) {
        silent_ = &op;
      } else {
        complete(op, result);
      }
      return;
    }
    inner_.submit(op);
    hand_on();
  }
  void cancel(Op& op) override {
    if (&op == silent_) return end_silence();
    inner_.cancel(op);
    hand_on();
  }
  void dispose(Op& op) override {
    // What failed here never had anything to give back.
    if (op.result >= 0) inner_.dispose(op);
  }
  Waited wait(Instant deadline) override {
    if (has_completed()) return Waited::progress;
    const Waited waited = inner_.wait(deadline);
    hand_on();
    return waited;
  }
  Instant now() override { return inner_.now(); }
  WallTime wall_clock(HostId host) override { return inner_.wall_clock(host); }
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override {
    return inner_.listen(host, at, options);
  }
  void close(Handle socket) override {
    if (silent_ != nullptr && silent_->on == socket) end_silence();
    inner_.close(socket);
    hand_on();
  }
  void reset(Handle socket) override {
    if (silent_ != nullptr && silent_->on == socket) end_silence();
    inner_.reset(socket);
    hand_on();
  }
  int shutdown_write(Handle socket) override {
    const int error = inner_.shutdown_write(socket);
    hand_on();
    return error;
  }
  Address local_address(Handle socket) override { return inner_.local_address(socket); }
  Address peer_address(Handle socket) override { return inner_.peer_address(socket); }
  TaskId task_at_other_end(Handle socket) override { return inner_.task_at_other_end(socket); }
  void attach(RunContext& context) override {
    Backend::attach(context);
    inner_.attach(context);
  }
  void detach() override {
    inner_.detach();
    Backend::detach();
  }
  std::uint32_t steps_between_waits() const override { return inner_.steps_between_waits(); }
  void step_ended(const TaskControl& task) override {
    inner_.step_ended(task);
    hand_on();
  }
  void at_safe_point(Scheduler& scheduler) override { inner_.at_safe_point(scheduler); }
  bool has_plans() const override { return inner_.has_plans(); }

 private:
  void hand_on() {
    while (Op* op = inner_.take_completed()) complete(*op, op->result);
  }
  void end_silence() {
    Op& op = *silent_;
    silent_ = nullptr;
    complete(op, -ECANCELED);
  }

  Backend& inner_;
  HostId victim_;
  std::uint64_t nth_;
  Choose choose_;
  std::uint64_t submitted_ = 0;
  bool has_struck_ = false;
  Op* silent_ = nullptr;
};

}  // namespace rill::testing
