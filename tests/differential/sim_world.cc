// Operations without a scheduler. See sim_world.h.
#include "tests/differential/sim_world.h"

#include <cerrno>

namespace rill::differential {
namespace {

constexpr std::uint16_t kNobodysPort = 1;

/// Longer than anything takes that does not wait for a timer: 50 us a segment, a hundred of them.
constexpr Duration kSettled = milliseconds(5);

}  // namespace

simnet::NetworkOptions network_options(const Script& script) {
  simnet::NetworkOptions options;
  // In the kernel a script is over before a timer comes; so here too, however long it takes.
  options.host.first_retry = seconds(3600);
  if (script.small_buffers) {
    options.host.send_buffer_bytes = 100'000;
    options.host.receive_buffer_bytes = 28'000;
  }
  return options;
}

/// Operations live here, so none may be left in flight.
SimWorld::~SimWorld() {
  for (Listener& one : listeners_) give_up(one.accept);
  for (End& one : ends_) {
    for (Op* op : {static_cast<Op*>(&one.connect), static_cast<Op*>(&one.send),
                   static_cast<Op*>(&one.recv)}) {
      give_up(*op);
    }
  }
}

void SimWorld::settle() {
  const Instant until = front_.now() + kSettled;
  while (front_.now() < until) front_.wait(until);
  while (front_.take_completed() != nullptr) {
  }
}

// ---- operations --------------------------------------------------------------------------------

void SimWorld::submit(Op& op) {
  op.state = Op::State::in_flight;
  front_.submit(op);
  while (front_.take_completed() != nullptr) {
  }
}

void SimWorld::give_up(Op& op) {
  if (op.state != Op::State::in_flight) return;
  front_.cancel(op);
  while (front_.take_completed() != nullptr) {
  }
}

std::int64_t SimWorld::attempt(Op& op) {
  submit(op);
  give_up(op);
  return op.result == -ECANCELED ? -EAGAIN : op.result;
}

Op& SimWorld::operation(Call call, int on) {
  if (call == Call::accept) return listener(on).accept;
  if (call == Call::connect) return at(on).connect;
  if (call == Call::recv) return at(on).recv;
  return at(on).send;
}

// ---- listeners ---------------------------------------------------------------------------------

std::int64_t SimWorld::listen(int number, Kind how, int backlog) {
  Listener& here = listener(number);
  // Not port 0: it could give one that a closed listener means to have again.
  const bool is_old = how == Kind::listen_busy || how == Kind::listen_again;
  const Address address = how == Kind::listen_foreign
                              ? foreign_address()
                              : listening_address(is_old ? here.port : next_port_++);
  const Listened listened = front_.listen(0, address, {.backlog = backlog, .reuse_port = false});
  if (listened.error != 0) return -listened.error;
  here.socket = listened.handle;
  here.port = listened.bound.port;
  return 0;
}

void SimWorld::close_listener(int number) { front_.close(listener(number).socket); }

std::int64_t SimWorld::accept(int number) {
  AcceptOp& op = listener(number).accept;
  op.on = listener(number).socket;
  return accepted(number, attempt(op));
}

std::int64_t SimWorld::accepted(int number, std::int64_t result) {
  if (result < 0) return result;
  accepted_ = listener(number).accept.accepted;
  accepted_peer_ = listener(number).accept.peer;
  return result;
}

void SimWorld::adopt_accepted(int end) {
  if (end == kNobody) return front_.close(accepted_);
  at(end).socket = accepted_;
}

// ---- connections -------------------------------------------------------------------------------

void SimWorld::start_connect(int end, int number) {
  ConnectOp& op = at(end).connect;
  op.to = connecting_address(number == kNobody ? kNobodysPort : listener(number).port);
  submit(op);
}

std::int64_t SimWorld::send(int end, std::span<const std::byte> bytes) {
  start_send(end, bytes);
  give_up(at(end).send);
  const std::int64_t result = at(end).send.result;
  return result == -ECANCELED ? -EAGAIN : result;
}

std::int64_t SimWorld::recv(int end, std::span<std::byte> to) {
  start_recv(end, to);
  give_up(at(end).recv);
  const std::int64_t result = at(end).recv.result;
  return result == -ECANCELED ? -EAGAIN : result;
}

void SimWorld::close(int end) {
  give_up(at(end).connect);
  front_.close(at(end).socket);
}

void SimWorld::reset(int end) {
  give_up(at(end).connect);
  front_.reset(at(end).socket);
}

std::int64_t SimWorld::misuse(Kind kind, int on) {
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

// ---- descriptors -------------------------------------------------------------------------------

void SimWorld::take_away_descriptors() {
  simnet::HostOptions none;
  none.most_descriptors = static_cast<std::uint32_t>(network_.open_sockets());
  network_.set_host(0, none);
}

void SimWorld::give_back_descriptors() { network_.set_host(0, usual_); }

// ---- calls that wait ---------------------------------------------------------------------------

void SimWorld::start_accept(int number) {
  listener(number).accept.on = listener(number).socket;
  submit(listener(number).accept);
}

void SimWorld::start_send(int end, std::span<const std::byte> bytes) {
  SendOp& op = at(end).send;
  op.on = at(end).socket;
  op.data = bytes.data();
  op.size_bytes = bytes.size();
  submit(op);
}

void SimWorld::start_recv(int end, std::span<std::byte> to) {
  RecvOp& op = at(end).recv;
  op.on = at(end).socket;
  op.data = to.data();
  op.size_bytes = to.size();
  submit(op);
}

std::optional<std::int64_t> SimWorld::finished(Call call, int on) {
  const Op& op = operation(call, on);
  if (op.state == Op::State::in_flight) return std::nullopt;
  if (call == Call::accept) return accepted(on, op.result);
  if (call == Call::connect && op.result == 0) at(on).socket = at(on).connect.connected;
  return op.result;
}

std::int64_t SimWorld::cancel(Call call, int on) {
  Op& op = operation(call, on);
  give_up(op);
  return op.result == -ECANCELED ? -EAGAIN : op.result;
}

}  // namespace rill::differential
