// The allow-list, applied. See normalise.h.
#include "tests/differential/normalise.h"

#include <algorithm>
#include <cerrno>

namespace rill::differential {
namespace {

constexpr std::array<Justification, kFreedoms> kDescriptions = {{
    {"buffer size",
     "Linux charges a buffer for the memory of packets, not for bytes, and tunes it as it goes; we "
     "count bytes. Both must block, and later deliver all."},
    {"nearly full",
     "an acknowledgement that the kernel delays by up to 40 ms frees a part of a full buffer, less "
     "than what wakes a writer; so whether one more call is taken is a matter of time."},
    {"lost in a reset",
     "what a reset overtakes is what had not crossed yet, as above. What was read must be right."},
}};

/// Every buffer takes so many bytes at once, however small the pieces.
constexpr std::int64_t kRoomy = 6'000;

bool sends(const Reply& reply) { return reply.call == Call::send || reply.call == Call::fill; }
bool receives(const Reply& reply) { return reply.call == Call::recv || reply.call == Call::drain; }
bool would_wait(const Reply& reply) { return reply.result == -EAGAIN; }
bool is_error(const Reply& reply) { return reply.result < 0 && !would_wait(reply); }

std::int64_t moved(const Reply& reply) {
  const bool is_loop = reply.call == Call::fill || reply.call == Call::drain;
  return is_loop ? reply.bytes : std::max<std::int64_t>(reply.result, 0);
}

bool is_same(const Reply& kernel, const Reply& sim) {
  return kernel.call == sim.call && kernel.result == sim.result && kernel.bytes == sim.bytes &&
         kernel.is_complete == sim.is_complete && kernel.has_waited == sim.has_waited;
}

constexpr Judgement kDifferent{.verdict = Verdict::different};

}  // namespace

const Justification& description(Freedom freedom) {
  return kDescriptions[static_cast<std::size_t>(freedom)];
}

bool Normaliser::Stream::is_crowded() const {
  return kernel_unread > kRoomy || sim_unread > kRoomy;
}

Normaliser::Stream& Normaliser::stream_of(const Reply& reply) {
  const int writer = sends(reply) ? reply.on : peer_of(reply.on);
  return streams_[static_cast<std::size_t>(writer)];
}

Judgement Normaliser::judge(const Step& step, const Reply& kernel, const Reply& sim) {
  if (!kernel.is_right || !sim.is_right || kernel.who != sim.who) return kDifferent;
  if (kernel.call == Call::shutdown_write) has_shut_[static_cast<std::size_t>(kernel.on)] = true;
  Judgement judgement;
  if (is_reset_hidden(kernel, sim)) return {Verdict::parted, Freedom::lost_in_reset};
  if (!is_same(kernel, sim)) {
    judgement = kDifferent;
    if (sends(kernel)) judgement = judge_send(step, kernel, sim);
    if (kernel.call == Call::drain) judgement = judge_drain(kernel, sim);
  }
  if (judgement.verdict != Verdict::different) note(kernel, sim);
  return judgement;
}

bool Normaliser::is_reset_hidden(const Reply& kernel, const Reply& sim) const {
  if (!is_uring_ || !(sends(kernel) || receives(kernel)) || kernel.result != -ECONNRESET ||
      sim.result != (sends(kernel) ? -EPIPE : 0)) {
    return false;
  }
  const auto here = static_cast<std::size_t>(kernel.on);
  const auto there = static_cast<std::size_t>(peer_of(kernel.on));
  return (has_shut_[here] && has_shut_[there]) || streams_[there].is_crowded();
}

Judgement Normaliser::judge_send(const Step& step, const Reply& kernel, const Reply& sim) {
  if (kernel.result != sim.result && (is_error(kernel) || is_error(sim))) return kDifferent;
  Stream after = stream_of(kernel);
  after.kernel_unread += moved(kernel);
  after.sim_unread += moved(sim);
  if (!after.is_crowded()) return kDifferent;
  if (would_wait(kernel) == would_wait(sim)) return {Verdict::free, Freedom::buffer_size};
  if (is_uring_ && kernel.call == Call::send && would_wait(kernel)) {
    return {Verdict::parted, Freedom::nearly_full};
  }
  if (kernel.call == Call::fill || kernel.has_waited || sim.has_waited) return kDifferent;
  const bool keeps_waiting = step.kind == Kind::start_send;
  return {keeps_waiting ? Verdict::parted : Verdict::free, Freedom::nearly_full};
}

Judgement Normaliser::judge_drain(const Reply& kernel, const Reply& sim) {
  if (!stream_of(kernel).is_crowded() || kernel.result != sim.result) return kDifferent;
  if (kernel.is_complete && sim.is_complete) return {Verdict::free, Freedom::buffer_size};
  const bool is_cut =
      kernel.result == -ECONNRESET || is_reset_[static_cast<std::size_t>(kernel.on)];
  if (!is_cut) return kDifferent;
  return {Verdict::free, Freedom::lost_in_reset};
}

void Normaliser::note(const Reply& kernel, const Reply& sim) {
  if (!sends(kernel) && !receives(kernel)) return;
  if (kernel.result == -ECONNRESET) is_reset_[static_cast<std::size_t>(kernel.on)] = true;
  Stream& stream = stream_of(kernel);
  const int sign = sends(kernel) ? 1 : -1;
  stream.kernel_unread += sign * moved(kernel);
  stream.sim_unread += sign * moved(sim);
}

}  // namespace rill::differential
