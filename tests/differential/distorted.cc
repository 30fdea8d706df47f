// Handing through. See distorted.h.
#include "tests/differential/distorted.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace rill::differential {

void Distorted::submit(Op& op) {
  inner_.submit(op);
  pass_on();
}

void Distorted::cancel(Op& op) {
  if (std::erase(held_, &op) > 0) return complete(op, -ECANCELED);
  inner_.cancel(op);
  pass_on();
}

Waited Distorted::wait(Instant deadline) {
  const Waited waited = inner_.wait(deadline);
  pass_on();
  return waited;
}

Listened Distorted::listen(HostId host, const Address& at, const ListenOptions& options) {
  return inner_.listen(host, at, options);
}

void Distorted::close(Handle socket) {
  if (Side* const closing = side(socket)) {
    closing->is_closed = true;
    closing->was_reset = unread_bytes(*closing) > 0;
  }
  release(socket);
  inner_.close(socket);
  pass_on();
}

void Distorted::reset(Handle socket) {
  if (Side* const closing = side(socket)) closing->is_closed = closing->was_reset = true;
  release(socket);
  inner_.reset(socket);
  pass_on();
}

int Distorted::shutdown_write(Handle socket) {
  if (Side* const ending = side(socket)) ending->has_shut = true;
  const int result = inner_.shutdown_write(socket);
  pass_on();
  return result;
}

void Distorted::release(Handle socket) {
  const auto kept = std::stable_partition(held_.begin(), held_.end(), [&](const Op* op) {
    return op->kind == OpKind::connect || op->on != socket;
  });
  const std::vector<Op*> released(kept, held_.end());
  held_.erase(kept, held_.end());
  for (Op* const op : released) complete(*op, -ECANCELED);
}

void Distorted::hold(Op& op) {
  op.state = Op::State::in_flight;
  held_.push_back(&op);
}

void Distorted::pass_on() {
  while (Op* const op = inner_.take_completed()) ended(*op);
}

void Distorted::again(Op& op) {
  op.state = Op::State::in_flight;
  inner_.submit(op);
}

void Distorted::hand_on(Op& op, std::int64_t result) {
  const auto meet = [&](Handle socket) {
    sides_.push_back({socket, inner_.local_address(socket), inner_.peer_address(socket)});
  };
  if (op.kind == OpKind::connect && result == 0) meet(static_cast<ConnectOp&>(op).connected);
  if (op.kind == OpKind::accept && result == 0) meet(static_cast<AcceptOp&>(op).accepted);
  if (Side* const known = side(op.on)) {
    if (op.kind == OpKind::send && result > 0) known->sent_bytes += result;
    if (op.kind == OpKind::recv && result > 0) known->received_bytes += result;
    if (op.kind == OpKind::recv && result != -ECANCELED) known->last_result = result;
  }
  complete(op, result);
}

Distorted::Side* Distorted::side(Handle socket) {
  for (Side& one : sides_) {
    if (one.socket == socket) return &one;
  }
  return nullptr;
}

/// The latest with these addresses: ports come again.
Distorted::Side* Distorted::peer(const Side& side) {
  for (auto one = sides_.rbegin(); one != sides_.rend(); ++one) {
    if (one->local == side.remote && one->remote == side.local) return &*one;
  }
  return nullptr;
}

std::int64_t Distorted::unread_bytes(const Side& side) {
  const Side* const writer = peer(side);
  return writer == nullptr ? 0 : writer->sent_bytes - side.received_bytes;
}

void Distorted::swallow(Side& side) {
  std::array<std::byte, 4096> nowhere;
  while (unread_bytes(side) > 0) {
    RecvOp op;
    op.on = side.socket;
    op.data = nowhere.data();
    op.size_bytes = nowhere.size();
    op.state = Op::State::in_flight;
    inner_.submit(op);
    if (op.state == Op::State::in_flight) inner_.cancel(op);
    while (Op* const other = inner_.take_completed()) {
      if (other != &op) ended(*other);
    }
    if (op.result <= 0) return;
    side.received_bytes += op.result;
  }
}

}  // namespace rill::differential
