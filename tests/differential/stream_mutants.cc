// Mistakes about how bytes move. See mutants.h.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tests/differential/mutants.h"

namespace rill::differential {
namespace {

bool got_bytes(const Op& op) { return op.kind == OpKind::recv && op.result > 0; }

struct DuplicatesByte : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    if (!got_bytes(op)) return hand_on(op, op.result);
    auto& recv = static_cast<RecvOp&>(op);
    const auto size_bytes = static_cast<std::size_t>(recv.result);
    if (size_bytes == recv.size_bytes) return hand_on(op, op.result);
    recv.data[size_bytes] = recv.data[size_bytes - 1];
    hand_on(op, op.result + 1);
  }
};

struct LosesByte : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    hand_on(op, got_bytes(op) && op.result > 500 ? op.result - 1 : op.result);
  }
};

struct SwapsBytes : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    if (got_bytes(op) && op.result > 1) {
      auto& recv = static_cast<RecvOp&>(op);
      std::swap(recv.data[0], recv.data[recv.result - 1]);
    }
    hand_on(op, op.result);
  }
};

struct WaitsForAll : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    if (op.kind == OpKind::recv) {
      const Side* const reader = side(op.on);
      const Side* const writer = reader != nullptr ? peer(*reader) : nullptr;
      const auto wanted = static_cast<std::int64_t>(static_cast<RecvOp&>(op).size_bytes);
      const bool has_some = writer != nullptr && !writer->is_closed && unread_bytes(*reader) > 0;
      if (has_some && unread_bytes(*reader) < wanted && wanted <= 1000) return hold(op);
    }
    Distorted::submit(op);
  }
};

struct OneSegmentAtATime : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    constexpr std::size_t kSegmentBytes = 536;
    if (op.kind == OpKind::recv) {
      auto& recv = static_cast<RecvOp&>(op);
      recv.size_bytes = std::min(recv.size_bytes, kSegmentBytes);
    }
    Distorted::submit(op);
  }
};

struct CancelledRecvEats : Distorted {
  using Distorted::Distorted;
  void cancel(Op& op) override {
    Side* const reader = op.kind == OpKind::recv ? side(op.on) : nullptr;
    if (reader != nullptr) reader->is_marked = true;
    Distorted::cancel(op);
  }
  void ended(Op& op) override {
    Side* const reader = got_bytes(op) ? side(op.on) : nullptr;
    if (reader == nullptr || !reader->is_marked) return hand_on(op, op.result);
    reader->is_marked = false;
    again(op);
  }
};

struct NeverBlocks : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    Distorted::submit(op);
    if (op.kind != OpKind::send || op.state != Op::State::in_flight) return;
    inner_.cancel(op);
    inner_.take_completed();
    hand_on(op, static_cast<std::int64_t>(static_cast<SendOp&>(op).size_bytes));
  }
};

/// A waiting writer goes on as soon as its peer has read anything.
struct WakesEarly : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    Distorted::submit(op);
    if (op.kind == OpKind::send && op.state == Op::State::in_flight) waiting_.push_back(&op);
  }
  void cancel(Op& op) override {
    std::erase(waiting_, &op);
    Distorted::cancel(op);
  }
  void ended(Op& op) override {
    std::erase(waiting_, &op);
    if (got_bytes(op)) wake_writer_of(op.on);
    hand_on(op, op.result);
  }
  void wake_writer_of(Handle reading) {
    const Side* const reader = side(reading);
    const Side* const writer = reader != nullptr ? peer(*reader) : nullptr;
    for (Op* const op : std::vector<Op*>(waiting_)) {
      if (writer == nullptr || op->on != writer->socket) continue;
      std::erase(waiting_, op);
      inner_.cancel(*op);
      inner_.take_completed();
      hand_on(*op, 1);
    }
  }
  std::vector<Op*> waiting_;
};

struct NeverWakes : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    Distorted::submit(op);
    if (op.kind != OpKind::send || op.state != Op::State::in_flight) return;
    inner_.cancel(op);
    inner_.take_completed();
    hold(op);
  }
};

struct RecvNotWoken : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    Distorted::submit(op);
    if (op.kind != OpKind::recv || op.state != Op::State::in_flight) return;
    inner_.cancel(op);
    inner_.take_completed();
    hold(op);
  }
};

}  // namespace

const std::vector<Mutant>& stream_mutants() {
  static const std::vector<Mutant> mutants = {
      mutant<DuplicatesByte>("a byte comes twice where a segment ends"),
      mutant<LosesByte>("a large segment loses its last byte"),
      mutant<SwapsBytes>("bytes of one segment come in another order"),
      mutant<WaitsForAll>("recv waits for as much as it asked for"),
      mutant<OneSegmentAtATime>("recv gives one segment at most"),
      mutant<CancelledRecvEats>("a recv that was cancelled takes bytes with it"),
      mutant<NeverBlocks>("send never blocks"),
      mutant<WakesEarly>("a blocked writer goes on as soon as a byte is read"),
      mutant<NeverWakes>("a blocked writer never goes on"),
      mutant<RecvNotWoken>("a reader that waits never goes on"),
  };
  return mutants;
}

}  // namespace rill::differential
