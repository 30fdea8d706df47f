// A backend that does what a test tells it: operations stay in flight until the test completes
// them, time jumps from one scripted moment to the next, and it keeps books of what the scheduler
// did to each operation. It checks the scheduler's side of the contract of scheduler/backend.h.
//
//   FakeBackend backend;
//   backend.at(5_ms, [&] { backend.finish(0, 10); });  // the first operation brings 10 bytes
//   run(program(), backend);
//   backend.expect_clean();
#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/operation.h"

namespace rill::testing {

class FakeBackend final : public Backend {
 public:
  struct Record {
    Op* op;
    OpKind kind;
    int completions = 0;
    int cancels = 0;
    int disposals = 0;
    std::int64_t result = 0;
  };

  /// In the order of submission.
  std::vector<Record> records;
  /// The next submit() completes at once, with this.
  std::optional<std::int64_t> immediate_result;
  /// The next cancel() loses the race against this.
  std::optional<std::int64_t> result_that_wins;
  bool simulated = false;
  std::uint32_t steps = 64;
  /// How much time goes by of itself, as it does in reality.
  Duration passes_per_wait;
  std::uint64_t waits = 0;
  std::uint64_t steps_ended = 0;  // counted only with steps = 1, ...
  std::function<void()> on_step;  // ... as this is called only then
  /// Called at each safe point that the test asked for: context().wants_safe_point.
  std::function<void(Scheduler&)> at_safe;

  /// Calls `what` when `after` has passed since the beginning of time.
  void at(Duration after, std::function<void()> what) {
    script_.emplace(after.ns, std::move(what));
  }
  /// Completes the operation that was submitted as number `index`.
  void finish(std::size_t index, std::int64_t result) {
    Record& record = records.at(index);
    record.result = result;
    if (++record.completions > 1) throw std::logic_error("a second completion");
    complete(*record.op, result);
  }
  std::size_t in_flight() const {
    std::size_t count = 0;
    for (const Record& record : records) count += record.completions == 0;
    return count;
  }
  RunContext& context() { return *context_; }

  std::string_view name() const override { return "fake"; }
  bool is_simulated() const override { return simulated; }
  std::uint32_t steps_between_waits() const override { return steps; }
  void step_ended(const TaskControl&) override {
    ++steps_ended;
    if (on_step) on_step();
  }
  void at_safe_point(Scheduler& scheduler) override { at_safe(scheduler); }
  void submit(Op& op) override {
    records.push_back({&op, op.kind});
    if (immediate_result)
      finish(records.size() - 1, *std::exchange(immediate_result, std::nullopt));
  }
  void cancel(Op& op) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].op != &op || records[i].completions > 0) continue;
      ++records[i].cancels;
      finish(i, std::exchange(result_that_wins, std::nullopt).value_or(-ECANCELED));
      return;
    }
    throw std::logic_error("cancel() of an operation that is not in flight");
  }
  void dispose(Op& op) override {
    for (std::size_t i = records.size(); i-- > 0;) {
      if (records[i].op != &op) continue;
      ++records[i].disposals;
      return;
    }
    throw std::logic_error("dispose() of an operation that was never submitted");
  }
  Waited wait(Instant deadline) override {
    ++waits;
    if (passes_per_wait.ns > 0) move_to(now_ + passes_per_wait);
    const bool has_more = !script_.empty() && script_.begin()->first <= deadline.ns;
    if (!has_more) {
      if (deadline == Instant::never()) return in_flight() > 0 ? throw_stuck() : Waited::idle;
      if (deadline > now_) move_to(deadline);
      return Waited::progress;
    }
    const auto next = script_.begin();
    if (next->first > now_.ns) move_to(Instant{next->first});
    const auto what = std::move(next->second);
    script_.erase(next);
    what();
    return Waited::progress;
  }
  Instant now() override { return now_; }
  Listened listen(HostId, const Address&, const ListenOptions&) override { return {}; }
  void close(Handle) override {}
  void reset(Handle) override {}
  int shutdown_write(Handle) override { return 0; }
  Address local_address(Handle) override { return {}; }
  Address peer_address(Handle) override { return {}; }

  /// Whether an idle wait with operations in flight is what the test wants (a server without work).
  bool may_idle = false;

 private:
  void move_to(Instant now) {
    now_ = now;
    if (context_->trace.enabled()) context_->trace.set_time(now);
  }
  Waited throw_stuck() const {
    if (may_idle) return Waited::idle;
    throw std::logic_error("the script has ended with operations in flight");
  }

  Instant now_;
  std::multimap<std::int64_t, std::function<void()>> script_;
};

/// The await of some operation. Gives its result.
template <class SomeOp>
class Await final : public Operation<SomeOp> {
 public:
  explicit Await(const char* what, bool is_service = false)
      : what_(what), is_service_(is_service) {}
  std::int64_t await_resume() { return this->consume(); }
  WaitReport report() const override { return {what_, {}, is_service_}; }
  SomeOp& op() { return this->op_; }

 private:
  const char* what_;
  bool is_service_;
};

inline Await<RecvOp> receive() { return Await<RecvOp>("recv"); }
inline Await<AcceptOp> accept_one() { return Await<AcceptOp>("accept", true); }

}  // namespace rill::testing
