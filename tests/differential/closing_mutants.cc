// Mistakes about how streams end. See mutants.h.
#include <cerrno>

#include "tests/differential/mutants.h"

namespace rill::differential {
namespace {

bool is_told_of_reset(const Op& op) { return op.result == -ECONNRESET; }

struct EpipeAtOnce : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    const Side* const writer = op.kind == OpKind::send ? side(op.on) : nullptr;
    const Side* const reader = writer != nullptr ? peer(*writer) : nullptr;
    if (reader != nullptr && reader->is_closed && !reader->was_reset) return hand_on(op, -EPIPE);
    Distorted::submit(op);
  }
};

struct NeverEpipe : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    const Side* const writer = op.kind == OpKind::send ? side(op.on) : nullptr;
    const Side* const reader = writer != nullptr ? peer(*writer) : nullptr;
    const bool forgets = reader != nullptr && reader->is_closed && !reader->was_reset &&
                         !writer->has_shut && op.result == -EPIPE;
    hand_on(op,
            forgets ? static_cast<std::int64_t>(static_cast<SendOp&>(op).size_bytes) : op.result);
  }
};

struct UnreadClosesCleanly : Distorted {
  using Distorted::Distorted;
  void close(Handle socket) override {
    if (Side* const closing = side(socket)) swallow(*closing);
    Distorted::close(socket);
  }
};

struct CloseAlwaysResets : Distorted {
  using Distorted::Distorted;
  void close(Handle socket) override {
    side(socket) != nullptr ? Distorted::reset(socket) : Distorted::close(socket);
  }
};

struct ResetEndsCleanly : Distorted {
  using Distorted::Distorted;
  void reset(Handle socket) override {
    if (Side* const closing = side(socket)) swallow(*closing);
    Distorted::close(socket);
  }
};

struct ResetDiscards : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    Side* const reader = op.kind == OpKind::recv ? side(op.on) : nullptr;
    const Side* const writer = reader != nullptr ? peer(*reader) : nullptr;
    if (writer != nullptr && writer->was_reset) swallow(*reader);
    Distorted::submit(op);
  }
};

struct EndOvertakes : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    const Side* const reader = op.kind == OpKind::recv ? side(op.on) : nullptr;
    const Side* const writer = reader != nullptr ? peer(*reader) : nullptr;
    const bool has_ended = writer != nullptr && (writer->is_closed || writer->has_shut);
    if (has_ended && unread_bytes(*reader) > 0) return hand_on(op, 0);
    Distorted::submit(op);
  }
};

struct ToldTwice : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    Side* const told = side(op.on);
    if (told == nullptr || op.kind == OpKind::connect) return hand_on(op, op.result);
    const bool repeats = told->is_marked && op.kind == OpKind::recv && op.result == 0;
    told->is_marked = is_told_of_reset(op);
    hand_on(op, repeats ? -ECONNRESET : op.result);
  }
};

struct NeverTold : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override { is_told_of_reset(op) ? again(op) : hand_on(op, op.result); }
};

struct ResetLooksLikeEnd : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    hand_on(op, is_told_of_reset(op) && op.kind == OpKind::recv ? 0 : op.result);
  }
};

struct SendSaysEpipe : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    hand_on(op, is_told_of_reset(op) && op.kind == OpKind::send ? -EPIPE : op.result);
  }
};

struct ShutdownEndsReading : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    const Side* const reader = op.kind == OpKind::recv ? side(op.on) : nullptr;
    reader != nullptr && reader->has_shut ? hand_on(op, 0) : Distorted::submit(op);
  }
};

struct HalfClosedCannotRead : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    const Side* const reader = op.kind == OpKind::recv ? side(op.on) : nullptr;
    reader != nullptr && reader->has_shut ? hand_on(op, -ENOTCONN) : Distorted::submit(op);
  }
};

struct HalfClosedPeerDeaf : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    const Side* const writer = op.kind == OpKind::send ? side(op.on) : nullptr;
    const Side* const reader = writer != nullptr ? peer(*writer) : nullptr;
    if (reader != nullptr && reader->has_shut && !reader->is_closed) return hand_on(op, -EPIPE);
    Distorted::submit(op);
  }
};

struct EndToldOnce : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    const Side* const reader = op.kind == OpKind::recv ? side(op.on) : nullptr;
    const bool is_told = reader != nullptr && reader->last_result == 0 && op.result == 0;
    if (!is_told) return hand_on(op, op.result);
    hold(op);
  }
};

struct ShutdownOnce : Distorted {
  using Distorted::Distorted;
  int shutdown_write(Handle socket) override {
    const Side* const ending = side(socket);
    if (ending != nullptr && ending->has_shut) return -ENOTCONN;
    return Distorted::shutdown_write(socket);
  }
};

struct ShutdownAlways : Distorted {
  using Distorted::Distorted;
  int shutdown_write(Handle socket) override {
    Distorted::shutdown_write(socket);
    return 0;
  }
};

struct SendAfterOwnEnd : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    const Side* const writer = op.kind == OpKind::send ? side(op.on) : nullptr;
    const bool is_own = writer != nullptr && writer->has_shut && op.result == -EPIPE;
    hand_on(op, is_own ? -ENOTCONN : op.result);
  }
};

}  // namespace

const std::vector<Mutant>& closing_mutants() {
  static const std::vector<Mutant> mutants = {
      mutant<EpipeAtOnce>("the first send to a closed peer is EPIPE"),
      mutant<NeverEpipe>("sends to a closed peer go on for ever"),
      mutant<UnreadClosesCleanly>("closing with unread bytes is a clean end"),
      mutant<CloseAlwaysResets>("closing resets"),
      mutant<ResetEndsCleanly>("a reset is a clean end"),
      mutant<ResetDiscards>("a reset discards bytes that have come"),
      mutant<EndOvertakes>("the end of stream is told before the last bytes"),
      mutant<ToldTwice>("a reset is told twice"),
      mutant<NeverTold>("a reset is never told"),
      mutant<ResetLooksLikeEnd>("recv shows a reset as the end of stream"),
      mutant<SendSaysEpipe>("send shows a reset as EPIPE only"),
      mutant<ShutdownEndsReading>("shutdown_write ends reading too"),
      mutant<HalfClosedCannotRead>("recv after shutdown_write is an error"),
      mutant<HalfClosedPeerDeaf>("a peer that has ended its side cannot be sent to"),
      mutant<EndToldOnce>("the end of stream is told once"),
      mutant<ShutdownOnce>("a second shutdown_write is an error"),
      mutant<ShutdownAlways>("shutdown_write always succeeds"),
      mutant<SendAfterOwnEnd>("sending after shutdown_write is ENOTCONN"),
  };
  return mutants;
}

}  // namespace rill::differential
