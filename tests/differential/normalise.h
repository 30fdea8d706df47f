// What the two worlds are free to differ in: the whole of it, each freedom with its reason.
//
// Three things are not even asked: a recv of 0 bytes (Rill's backends answer 0 at once, the kernel
// waits for a byte that it then leaves alone); when something happens (a program must not depend on
// it, and the simulator's links take what time a scenario gives them); and the numbers of ports
// (compared are relations: both ends name the same two addresses, and which client was accepted).
// Everything else must be equal, reply for reply, unless one of the freedoms below covers it. All
// of these are about how much fits into buffers, which Linux decides by memory, not by bytes
// (tcp(7), tcp_wmem, tcp_rmem; it differs from version to version), and they apply to a stream only
// while more bytes are unread in it than every buffer surely takes. What they do not cover even
// then: how many bytes one recv gives; that bytes come in order, and complete; every error; who
// blocks when nobody reads, or only a little, and who goes on when all has been read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tests/differential/script.h"

namespace rill::differential {

enum class Freedom : std::uint8_t {
  buffer_size,    ///< how many bytes fill a buffer
  nearly_full,    ///< whether one more call is taken by a buffer that has been full
  lost_in_reset,  ///< how many bytes of a crowded stream had arrived when a reset cut it off
};
inline constexpr int kFreedoms = static_cast<int>(Freedom::lost_in_reset) + 1;

struct Justification {
  std::string_view name;
  std::string_view reason;
};
const Justification& description(Freedom freedom);

enum class Verdict : std::uint8_t {
  equal,
  free,       ///< covered by a freedom, and both go on from the same state
  parted,     ///< covered, but a call waits in one world and not in the other: what follows differs
  different,  ///< the simulator is wrong
};
struct Judgement {
  Verdict verdict = Verdict::equal;
  Freedom freedom{};  ///< unless equal or different
};

/// Follows both worlds through one script, reply by reply, and judges.
class Normaliser {
 public:
  /// `is_uring`: the world is Rill's io_uring, which differs twice more. It tries a send that waits
  /// again whenever its socket has any news, where a program with poll(2) waits until a third of
  /// the buffer is free. And it closes with bytes that nobody has read by SO_LINGER, which sends no
  /// reset when both sides had ended their streams; then nobody is told of one. Nor is it told as
  /// one (but as EPIPE) when its own buffer has let the end of a crowded stream come in before.
  explicit Normaliser(bool is_uring = false) : is_uring_(is_uring) {}

  /// In the order of the replies. Of a call that waits on in one world only, that one's reply is
  /// the same with -EAGAIN.
  Judgement judge(const Step& step, const Reply& kernel, const Reply& sim);

 private:
  /// One direction of a stream, as both worlds have it.
  struct Stream {
    std::int64_t kernel_unread = 0;
    std::int64_t sim_unread = 0;
    bool is_crowded() const;
  };
  Stream& stream_of(const Reply& reply);
  Judgement judge_send(const Step& step, const Reply& kernel, const Reply& sim);
  Judgement judge_drain(const Reply& kernel, const Reply& sim);
  void note(const Reply& kernel, const Reply& sim);

  bool is_reset_hidden(const Reply& kernel, const Reply& sim) const;

  bool is_uring_;
  std::array<bool, kEnds> has_shut_{};  // by the end that ended its side
  std::array<Stream, kEnds> streams_;   // by the end that writes
  std::array<bool, kEnds> is_reset_{};  // by the end that was told so
};

}  // namespace rill::differential
