// A backend whose every move the test decides: operations stay in flight until the test completes
// them, and time jumps from deadline to deadline. It checks the scheduler's side of the contract.
#pragma once

#include <algorithm>
#include <cerrno>
#include <vector>

#include "scheduler/api.h"
#include "scheduler/operation.h"
#include "tests/testing/testing.h"

namespace rill::testing {

class FakeBackend final : public Backend {
 public:
  ~FakeBackend() override { CHECK(in_flight_.empty()); }

  std::string_view name() const override { return "fake"; }
  bool is_simulated() const override { return true; }
  void submit(Op& op) override {
    ++submitted;
    if (completes_at_once) return complete(op, 0);
    in_flight_.push_back(&op);
  }
  void cancel(Op& op) override {
    ++cancelled;
    take(op);
    complete(op, cancel_loses ? 7 : -ECANCELED);
  }
  void dispose(Op& op) override {
    CHECK(op.state == Op::State::completed);
    if (op.result >= 0) ++disposed;
  }
  Waited wait(Instant deadline) override {
    if (deadline == Instant::never()) return Waited::idle;
    now_ = std::max(now_, deadline);
    return Waited::progress;
  }
  Instant now() override { return now_; }
  Listened listen(HostId, const Address&, const ListenOptions&) override { return {}; }
  void close(Handle) override {}
  void reset(Handle) override {}
  int shutdown_write(Handle) override { return 0; }
  Address local_address(Handle) override { return {}; }
  Address peer_address(Handle) override { return {}; }

  /// Completes the operation that has been in flight longest.
  void complete_first(std::int64_t result) {
    REQUIRE(!in_flight_.empty());
    Op& op = *in_flight_.front();
    take(op);
    complete(op, result);
  }
  std::size_t in_flight() const { return in_flight_.size(); }

  bool completes_at_once = false;
  bool cancel_loses = false;  ///< the real result (7) wins the race against cancel
  int submitted = 0;
  int cancelled = 0;
  int disposed = 0;

 private:
  void take(Op& op) {
    const auto place = std::find(in_flight_.begin(), in_flight_.end(), &op);
    REQUIRE(place != in_flight_.end());
    in_flight_.erase(place);
  }
  std::vector<Op*> in_flight_;
  Instant now_;
};

/// co_await FakeOperation(): one accept on the fake backend; gives its result.
class FakeOperation final : public Operation<AcceptOp> {
 public:
  std::int64_t await_resume() { return consume(); }
  WaitReport report() const override { return {"a fake operation", {}, false}; }
};

/// Says so when it dies.
struct Witness {
  Witness(std::vector<std::string>& l, std::string n) : log(&l), name(std::move(n)) {}
  Witness(Witness&& other) noexcept : log(std::exchange(other.log, nullptr)), name(other.name) {}
  ~Witness() {
    if (log != nullptr) log->push_back(name);
  }
  std::vector<std::string>* log;
  std::string name;
};

/// Runs `root` on a backend of its own; no frame may be left.
template <class T>
T run_alone(Task<T> root, RunOptions options = {}) {
  struct FramesGone {
    ~FramesGone() { CHECK(frame_pool.blocks_in_use() == 0); }
  };
  const FramesGone check;  // after everything else of this call, also by exception
  FakeBackend backend;
  return run(std::move(root), backend, options);
}

}  // namespace rill::testing
