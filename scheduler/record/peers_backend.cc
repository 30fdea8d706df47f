// See peers_backend.h.
#include "scheduler/record/peers_backend.h"

#include <algorithm>
#include <cerrno>

#include "scheduler/record/completion.h"

namespace rill::record {

PeersBackend::PeersBackend(const Recording& recording, Script script)
    : recording_(recording),
      script_(std::move(script)),
      has_come_(script_.arrivals.size()),
      now_(script_.begins),
      steps_between_waits_(recording.header().steps_between_waits) {
  for (std::size_t place = 0; place < script_.arrivals.size(); ++place) {
    const Arrival& arrival = script_.arrivals[place];
    queues_[{arrival.entry.op, arrival.key, arrival.name, arrival.to}].places.push_back(place);
  }
}

std::size_t PeersBackend::next_of(const Key& key) {
  const auto found = queues_.find(key);
  if (found == queues_.end()) return has_come_.size();
  Queue& queue = found->second;
  while (queue.next < queue.places.size() && has_come_[queue.places[queue.next]]) ++queue.next;
  return queue.next < queue.places.size() ? queue.places[queue.next] : has_come_.size();
}

std::size_t PeersBackend::next_for(const Op& op) {
  switch (op.kind) {
    case OpKind::accept:
    case OpKind::recv:
    case OpKind::send:
    case OpKind::send_file:
      return next_of({op.kind, op.on.slot, {}, {}});
    case OpKind::connect:
      return next_of({op.kind, 0, {}, static_cast<const ConnectOp&>(op).to});
    case OpKind::resolve:
      return next_of({op.kind, 0, static_cast<const ResolveOp&>(op).name, {}});
    case OpKind::read:
      return next_of(
          {op.kind, static_cast<std::uint32_t>(static_cast<const FdOp&>(op).fd), {}, {}});
    case OpKind::write:
      break;
    case OpKind::signal: {
      std::size_t first = has_come_.size();
      for (std::uint64_t number = 1; number <= 64; ++number) {
        if ((static_cast<const SignalOp&>(op).mask >> (number - 1) & 1) != 0)
          first = std::min(first, next_of({op.kind, number, {}, {}}));
      }
      return first;
    }
  }
  return has_come_.size();
}

void PeersBackend::arrive(Op& op, std::size_t place) {
  Arrival& arrival = script_.arrivals[place];
  Entry entry = arrival.entry;
  if (arrival.opens != 0) {
    entry.opened = {static_cast<std::uint32_t>(arrival.opens), 1};
    open(entry.opened, op.kind == OpKind::accept ? entry.address : arrival.to);
  }
  // A program that asks for less than it did gets the rest with its next call.
  std::size_t room_bytes = SIZE_MAX;
  if (op.kind == OpKind::recv) room_bytes = static_cast<RecvOp&>(op).size_bytes;
  if (op.kind == OpKind::read) room_bytes = static_cast<FdOp&>(op).size_bytes;
  const bool is_split = entry.result > 0 && entry.bytes.size() > room_bytes;
  if (is_split) {
    arrival.entry.bytes.remove_prefix(room_bytes);
    arrival.entry.result = static_cast<std::int64_t>(arrival.entry.bytes.size());
    entry.bytes = entry.bytes.substr(0, room_bytes);
    entry.result = static_cast<std::int64_t>(room_bytes);
  }
  has_come_[place] = !is_split;
  if (op.kind == OpKind::recv && entry.result <= 0) sockets_[op.on.slot].has_ended = true;
  complete(op, answer_op(op, entry) ? entry.result : -EIO);
}

void PeersBackend::open(Handle socket, const Address& peer) {
  if (socket.slot >= sockets_.size()) sockets_.resize(socket.slot + 1);
  sockets_[socket.slot] = {true, false, peer};
}

void PeersBackend::submit(Op& op) {
  ++submits_;
  const bool is_send = op.kind == OpKind::send || op.kind == OpKind::send_file;
  const bool is_on_socket = op.kind == OpKind::recv || op.kind == OpKind::accept || is_send;
  if (is_on_socket && !is_open(op.on)) return complete(op, -EBADF);
  const std::size_t place = next_for(op);
  const bool has_more = place < has_come_.size();
  if (op.kind == OpKind::write) {
    return complete(op, static_cast<std::int64_t>(static_cast<FdOp&>(op).size_bytes));
  }
  if (is_send) {
    const auto all = static_cast<std::int64_t>(op.kind == OpKind::send
                                                   ? static_cast<SendOp&>(op).size_bytes
                                                   : static_cast<SendFileOp&>(op).size_bytes);
    if (!has_more) return complete(op, all);
    if (script_.arrivals[place].entry.result < 0) return arrive(op, place);
    has_come_[place] = true;
    return complete(op, all);
  }
  if (op.kind == OpKind::recv && static_cast<RecvOp&>(op).size_bytes == 0) return complete(op, 0);
  if (has_more && script_.arrivals[place].at <= now_) return arrive(op, place);
  if (op.kind == OpKind::recv && !has_more && sockets_[op.on.slot].has_ended)
    return complete(op, 0);
  waiting_.push_back(&op);
}

void PeersBackend::cancel(Op& op) {
  std::erase(waiting_, &op);
  complete(op, -ECANCELED);
}

void PeersBackend::dispose(Op& op) {
  if (const Handle unread = opened_by(op)) close(unread);
}

Waited PeersBackend::wait(Instant deadline) {
  std::vector<std::pair<std::size_t, Op*>> coming;
  Instant next = Instant::never();
  for (Op* const op : waiting_) {
    const std::size_t place = next_for(*op);
    if (place == has_come_.size()) continue;
    coming.emplace_back(place, op);
    next = std::min(next, script_.arrivals[place].at);
  }
  if (has_completed()) deadline = std::min(deadline, now_);
  if (coming.empty() && deadline == Instant::never()) {
    throw RecordingEnds(recording_.path(), {submits_, now_ - script_.begins},
                        "its peers have nothing more to say", "a wait for them");
  }
  now_ = std::max(now_, std::min(deadline, next));
  std::sort(coming.begin(), coming.end());
  for (const auto& [place, op] : coming) {
    // Two that wait for the same, such as a signal's: the second has another turn.
    if (script_.arrivals[place].at > now_ || has_come_[place]) continue;
    std::erase(waiting_, op);
    arrive(*op, place);
  }
  return Waited::progress;
}

WallTime PeersBackend::wall_clock(HostId /*host*/) {
  return script_.wall_began + (now_ - script_.begins);
}

Listened PeersBackend::listen(HostId /*host*/, const Address& at,
                              const ListenOptions& /*options*/) {
  if (listens_ < script_.listeners.size()) {
    const Entry& recorded = script_.listeners[listens_++];
    if (recorded.result == 0) open(recorded.opened, {});
    return {recorded.opened, recorded.told, static_cast<int>(recorded.result)};
  }
  const Handle fresh{static_cast<std::uint32_t>(++script_.sockets), 1};
  open(fresh, {});
  return {fresh, at, 0};
}

void PeersBackend::close(Handle socket) {
  if (!is_open(socket)) return;
  sockets_[socket.slot].is_open = false;
  std::erase_if(waiting_, [&](Op* op) {
    const bool is_on_it = op->on == socket;
    if (is_on_it) complete(*op, -ECANCELED);
    return is_on_it;
  });
}

Address PeersBackend::local_address(Handle socket) {
  return socket.slot < script_.locals.size() ? script_.locals[socket.slot] : Address();
}

Address PeersBackend::peer_address(Handle socket) {
  return is_open(socket) ? sockets_[socket.slot].peer : Address();
}

}  // namespace rill::record
