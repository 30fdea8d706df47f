// Naming. See observe.h.
#include "tests/differential/observe.h"

#include <cerrno>
#include <cstring>
#include <iomanip>
#include <ostream>

namespace rill::differential {
namespace {

constexpr std::array<std::string_view, kObservables> kSentences = {
    "listen on a free port",
    "listen on a port that another listener has",
    "listen on the port of a closed listener",
    "listen on an address that is not ours",
    "connect to a listener with room in its queue",
    "connect to a listener whose queue is full",
    "connect where nobody listens",
    "connect with no descriptor left",
    "accept takes the oldest connection in the queue",
    "accept of a client that has gone meanwhile",
    "accept with an empty queue",
    "accept with no descriptor left",
    "accept that waited gets the next connection",
    "both ends call each other by the same addresses",
    "recv of bytes that are there",
    "recv with nothing there",
    "recv after our own end of stream",
    "recv of bytes before the peer's end of stream",
    "recv at the end of stream",
    "recv at the end of stream, again",
    "recv of bytes that came before a reset",
    "recv after a reset, first call to tell",
    "recv after the reset was told",
    "recv after the listener was closed with us in its queue",
    "recv when the end of stream came before the reset",
    "recv that waited gets bytes",
    "recv that waited meets the end of stream",
    "recv that waited meets a reset",
    "recv that was cancelled loses nothing",
    "drain of an open stream: all that was sent comes, in order",
    "drain of an ended stream: all that was sent comes, then the end",
    "drain of a reset stream",
    "send into an open stream",
    "send of 0 bytes",
    "send after our own end of stream",
    "send to a peer that has ended its own side",
    "send to a peer that has closed, first call",
    "send to a peer that has closed, again",
    "send after a reset, first call to tell",
    "send after the reset was told",
    "send with a full buffer",
    "fill an open stream until it blocks",
    "fill a stream that is broken",
    "send that waited goes on once the peer has read",
    "send that waited meets a reset",
    "send that was cancelled",
    "shutdown_write, first call",
    "shutdown_write, again",
    "shutdown_write, again, when both sides have ended",
    "shutdown_write after a reset",
    "a call on the wrong kind of socket",
};

bool will_reset(const Situation::End& peer) { return peer.was_reset || peer.left_unread; }

Observable of_accept(const Step& step, const Reply& reply, const Situation& before) {
  if (step.kind == Kind::accept_bare) return Observable::accept_bare;
  if (reply.result == -EAGAIN) return Observable::accept_empty;
  if (reply.has_waited) return Observable::accept_waited;
  const bool is_gone = reply.who != kNobody && before.end(client_of(reply.who)).is_gone;
  return is_gone ? Observable::accept_gone_client : Observable::accept_queued;
}

Observable of_recv(const Step& step, const Reply& reply, const Situation& before) {
  const Situation::End& end = before.end(reply.on);
  const Situation::End& peer = before.peer(reply.on);
  if (step.kind == Kind::cancel) return Observable::recv_cancelled;
  if (reply.has_waited) {
    if (reply.result > 0) return Observable::recv_waited_bytes;
    return reply.result == 0 ? Observable::recv_waited_end : Observable::recv_waited_reset;
  }
  const bool is_over = peer.has_shut || end.sent_to_gone;
  if (reply.result > 0) {
    if (will_reset(peer)) return Observable::recv_before_reset;
    if (is_over) return Observable::recv_before_end;
    return end.has_shut ? Observable::recv_after_own_end : Observable::recv_open;
  }
  if (end.has_heard_error) return Observable::recv_after_error;
  if (reply.result < 0 && reply.result != -EAGAIN) {
    const bool was_never_accepted = peer.was_reset && !peer.was_accepted && reply.on % 2 == 0;
    if (was_never_accepted) return Observable::recv_queued_at_closed_listener;
    return Observable::recv_reset;
  }
  if (reply.result == -EAGAIN) return Observable::recv_nothing;
  if (end.has_heard_end) return Observable::recv_end_again;
  return will_reset(peer) || end.sent_to_gone ? Observable::recv_end_then_reset
                                              : Observable::recv_end;
}

Observable of_drain(const Reply& reply, const Situation& before) {
  if (reply.result == -EAGAIN) return Observable::drain_open;
  return reply.result == 0 && !before.end(reply.on).has_heard_error &&
                 !will_reset(before.peer(reply.on))
             ? Observable::drain_ended
             : Observable::drain_reset;
}

Observable of_send(const Step& step, const Reply& reply, const Situation& before) {
  const Situation::End& end = before.end(reply.on);
  const Situation::End& peer = before.peer(reply.on);
  if (step.kind == Kind::cancel) return Observable::send_cancelled;
  if (reply.has_waited) {
    return reply.result > 0 ? Observable::send_waited_goes_on : Observable::send_waited_reset;
  }
  if (step.kind != Kind::fill && step.size == 0) return Observable::send_none;
  if (step.kind == Kind::fill) {
    return reply.result == -EAGAIN ? Observable::fill_open : Observable::fill_broken;
  }
  if (reply.result == -EAGAIN) return Observable::send_full;
  if (end.has_shut) return Observable::send_after_own_end;
  if (end.has_heard_error) return Observable::send_after_told_reset;
  if (will_reset(peer)) return Observable::send_after_reset;
  if (peer.is_gone) {
    return end.sent_to_gone ? Observable::send_again_to_closed : Observable::send_first_to_closed;
  }
  return peer.has_shut ? Observable::send_to_half_closed : Observable::send_open;
}

Observable of_shutdown(const Reply& reply, const Situation& before) {
  const Situation::End& end = before.end(reply.on);
  const Situation::End& peer = before.peer(reply.on);
  if (will_reset(peer) || (peer.is_gone && end.sent_to_gone)) {
    return Observable::shutdown_after_reset;
  }
  if (!end.has_shut) return Observable::shutdown_first;
  return peer.has_shut ? Observable::shutdown_both_ended : Observable::shutdown_again;
}

}  // namespace

std::string_view sentence(Observable observable) {
  return kSentences[static_cast<std::size_t>(observable)];
}

Observable observable_of(const Step& step, const Reply& reply, const Situation& before) {
  switch (reply.call) {
    case Call::listen:
      if (step.kind == Kind::listen_busy) return Observable::listen_busy;
      if (step.kind == Kind::listen_again) return Observable::listen_again;
      if (step.kind == Kind::listen_foreign) return Observable::listen_foreign;
      return Observable::listen_free;
    case Call::connect:
      if (step.kind == Kind::connect_nobody) return Observable::connect_nobody;
      if (step.kind == Kind::connect_bare) return Observable::connect_bare;
      return reply.result == -EAGAIN ? Observable::connect_full_queue
                                     : Observable::connect_listening;
    case Call::accept:
      return of_accept(step, reply, before);
    case Call::recv:
      return of_recv(step, reply, before);
    case Call::drain:
      return of_drain(reply, before);
    case Call::send:
    case Call::fill:
      return of_send(step, reply, before);
    case Call::shutdown_write:
      return of_shutdown(reply, before);
    case Call::addresses:
      return Observable::addresses;
    case Call::misuse:
      return Observable::wrong_kind_of_socket;
  }
  return Observable::wrong_kind_of_socket;
}

std::string outcome_of(const Reply& reply) {
  if (!reply.is_right) return reply.call == Call::addresses ? "other addresses" : "wrong bytes";
  if (reply.result == -EAGAIN) return "waits";
  if (reply.result < 0) return strerrorname_np(static_cast<int>(-reply.result));
  if (reply.call == Call::recv || reply.call == Call::drain) {
    return reply.result > 0 ? "bytes" : "end";
  }
  if (reply.call == Call::send && reply.result > 0) return "bytes";
  return "ok";
}

void Coverage::note(const Scene& scene, const Situation& before) {
  for (const Reply& reply : scene.replies) {
    note(observable_of(scene.step, reply, before), outcome_of(reply));
  }
}

int Coverage::seen() const {
  int seen = 0;
  for (const auto& outcomes : counts_) seen += outcomes.empty() ? 0 : 1;
  return seen;
}

std::ostream& operator<<(std::ostream& out, const Coverage& coverage) {
  constexpr int kWidth = 66;
  for (int i = 0; i < kObservables; ++i) {
    const auto index = static_cast<std::size_t>(i);
    out << "  " << std::left << std::setw(kWidth) << kSentences[index];
    if (coverage.counts_[index].empty()) out << "NEVER SEEN";
    for (const auto& [outcome, count] : coverage.counts_[index]) {
      out << outcome << " " << count << "  ";
    }
    out << "\n";
  }
  return out;
}

}  // namespace rill::differential
