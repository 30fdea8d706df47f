// Operations without a scheduler. See backend_world.h.
#include "tests/differential/backend_world.h"

#include <cerrno>

namespace rill::differential {

void BackendWorld::give_up_everything() {
  for (Listener& one : listeners_) give_up(one.accept);
  for (End& one : ends_) {
    for (Op* op : {static_cast<Op*>(&one.connect), static_cast<Op*>(&one.send),
                   static_cast<Op*>(&one.recv)}) {
      give_up(*op);
    }
  }
}

void BackendWorld::reset_everything() {
  for (const End& one : ends_) front_.reset(one.socket);
}

void BackendWorld::take_completed() {
  while (front_.take_completed() != nullptr) {
  }
}

// ---- operations --------------------------------------------------------------------------------

void BackendWorld::submit(Op& op) {
  op.state = Op::State::in_flight;
  front_.submit(op);
  take_completed();
}

void BackendWorld::give_up(Op& op) {
  if (op.state == Op::State::in_flight) front_.cancel(op);
  take_completed();
}

std::int64_t BackendWorld::attempt(Op& op) {
  submit(op);
  look();
  give_up(op);
  return op.result == -ECANCELED ? -EAGAIN : op.result;
}

Op& BackendWorld::operation(Call call, int on) {
  if (call == Call::accept) return listener(on).accept;
  if (call == Call::connect) return at(on).connect;
  if (call == Call::recv) return at(on).recv;
  return at(on).send;
}

// ---- listeners ---------------------------------------------------------------------------------

std::int64_t BackendWorld::listen(int number, Kind how, int backlog) {
  Listener& here = listener(number);
  const bool is_old = how == Kind::listen_busy || how == Kind::listen_again;
  const Address address = how == Kind::listen_foreign
                              ? foreign_address()
                              : listening_address(is_old ? here.port : new_port());
  const Listened listened = front_.listen(0, address, {.backlog = backlog, .reuse_port = false});
  if (listened.error != 0) return -listened.error;
  here.socket = listened.handle;
  here.port = listened.bound.port;
  return 0;
}

void BackendWorld::close_listener(int number) { front_.close(listener(number).socket); }

std::int64_t BackendWorld::accept(int number) {
  AcceptOp& op = listener(number).accept;
  op.on = listener(number).socket;
  return accepted(number, attempt(op));
}

std::int64_t BackendWorld::accepted(int number, std::int64_t result) {
  if (result < 0) return result;
  accepted_ = listener(number).accept.accepted;
  accepted_peer_ = listener(number).accept.peer;
  return result;
}

void BackendWorld::adopt_accepted(int end) {
  if (end == kNobody) return front_.close(accepted_);
  at(end).socket = accepted_;
}

// ---- connections -------------------------------------------------------------------------------

void BackendWorld::start_connect(int end, int number) {
  ConnectOp& op = at(end).connect;
  op.to = connecting_address(number == kNobody ? nobodys_port() : listener(number).port);
  submit(op);
}

std::int64_t BackendWorld::send(int end, std::span<const std::byte> bytes) {
  start_send(end, bytes);
  look();
  give_up(at(end).send);
  const std::int64_t result = at(end).send.result;
  return result == -ECANCELED ? -EAGAIN : result;
}

std::int64_t BackendWorld::recv(int end, std::span<std::byte> to) {
  start_recv(end, to);
  look();
  give_up(at(end).recv);
  const std::int64_t result = at(end).recv.result;
  return result == -ECANCELED ? -EAGAIN : result;
}

void BackendWorld::close(int end) {
  give_up(at(end).connect);
  front_.close(at(end).socket);
}

void BackendWorld::reset(int end) {
  give_up(at(end).connect);
  front_.reset(at(end).socket);
}

std::int64_t BackendWorld::misuse(Kind kind, int on) {
  std::byte byte{'x'};
  if (kind == Kind::accept_on_end) {
    AcceptOp op;
    op.on = at(on).socket;
    return attempt(op);
  }
  if (kind == Kind::send_on_listener) {
    SendOp op;
    op.on = listener(on).socket;
    op.data = &byte;
    op.size_bytes = 1;
    return attempt(op);
  }
  RecvOp op;
  op.on = listener(on).socket;
  op.data = &byte;
  op.size_bytes = 1;
  return attempt(op);
}

// ---- calls that wait ---------------------------------------------------------------------------

void BackendWorld::start_accept(int number) {
  listener(number).accept.on = listener(number).socket;
  submit(listener(number).accept);
}

void BackendWorld::start_send(int end, std::span<const std::byte> bytes) {
  SendOp& op = at(end).send;
  op.on = at(end).socket;
  op.data = bytes.data();
  op.size_bytes = bytes.size();
  submit(op);
}

void BackendWorld::start_recv(int end, std::span<std::byte> to) {
  RecvOp& op = at(end).recv;
  op.on = at(end).socket;
  op.data = to.data();
  op.size_bytes = to.size();
  submit(op);
}

std::optional<std::int64_t> BackendWorld::finished(Call call, int on) {
  const Op& op = operation(call, on);
  if (op.state == Op::State::in_flight) return std::nullopt;
  if (call == Call::accept) return accepted(on, op.result);
  if (call == Call::connect && op.result == 0) at(on).socket = at(on).connect.connected;
  return op.result;
}

std::int64_t BackendWorld::cancel(Call call, int on) {
  Op& op = operation(call, on);
  give_up(op);
  return op.result == -ECANCELED ? -EAGAIN : op.result;
}

}  // namespace rill::differential
