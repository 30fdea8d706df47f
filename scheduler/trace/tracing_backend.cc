// Forwards, and tells. See tracing_backend.h.
#include "scheduler/trace/tracing_backend.h"

#include <cerrno>

namespace rill::trace {
namespace {

std::string text_of(const Address& address) {
  return address.family == Address::Family::none ? std::string() : to_string(address);
}

std::string_view view(const std::byte* data, std::int64_t size_bytes) {
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size_bytes)};
}

/// What a recv has just got.
std::string_view received(const RecvOp& op) {
  if (op.data != nullptr) return view(op.data, op.result);
  const std::string_view text = *op.text;  // it was put at the end
  return text.substr(text.size() - static_cast<std::size_t>(op.result));
}

}  // namespace

TracingBackend::TracingBackend(Backend& inner, Inner kind)
    : inner_(inner), asks_(kind == Inner::real) {}

RecorderOptions TracingBackend::options() const {
  RecorderOptions options;
  options.hears_network = false;
  if (asks_) options.began = inner_.now();
  return options;
}

void TracingBackend::attach(RunContext& context) {
  Backend::attach(context);
  inner_.attach(context);
  is_in_run_ = recorder_ != nullptr;
}

void TracingBackend::detach() {
  is_in_run_ = false;
  inner_.detach();
  Backend::detach();
}

// ---- sockets ---------------------------------------------------------------------------------

TracingBackend::Socket& TracingBackend::add(bool has_connected) {
  std::uint32_t place = static_cast<std::uint32_t>(sockets_.size());
  if (unused_.empty()) {
    sockets_.emplace_back();
  } else {
    place = unused_.back();
    unused_.pop_back();
  }
  Socket& socket = sockets_[place];
  socket = Socket();
  socket.number = ++uses_ << 32 | (place + 1);
  socket.has_connected = has_connected;
  return socket;
}

TracingBackend::Socket* TracingBackend::find(std::uint64_t number) {
  const std::size_t place = static_cast<std::uint32_t>(number) - std::size_t{1};
  if (place >= sockets_.size() || sockets_[place].number != number) return nullptr;
  return &sockets_[place];
}

TracingBackend::Socket* TracingBackend::find(Handle handle) {
  if (!handle) return nullptr;
  Socket* const socket = find(socket_at(handle.slot));
  return socket != nullptr && socket->handle == handle ? socket : nullptr;
}

void TracingBackend::remove(std::uint64_t number) {
  Socket* const socket = find(number);
  if (socket == nullptr) return;
  const auto pair = pairs_.find({socket->local, socket->remote});
  if (pair != pairs_.end() && pair->second == number) pairs_.erase(pair);
  unused_.push_back(static_cast<std::uint32_t>(number) - 1);
  *socket = Socket();
}

void TracingBackend::bind(Handle handle, Socket& socket) {
  socket.handle = handle;
  if (handle.slot >= by_slot_.size()) by_slot_.resize(handle.slot + std::size_t{1});
  by_slot_[handle.slot] = socket.number;
}

/// Its other end may be a socket of this process.
void TracingBackend::look_for_peer(Socket& socket) {
  if (socket.local.family == Address::Family::none || socket.is_listener) return;
  pairs_[{socket.local, socket.remote}] = socket.number;
  const auto found = pairs_.find({socket.remote, socket.local});
  if (found == pairs_.end() || found->second == socket.number) return;
  socket.peer = found->second;
  if (Socket* const peer = find(socket.peer)) peer->peer = socket.number;
}

HostFacts TracingBackend::host(HostId host) {
  static_cast<void>(host);  // there is one
  return {"local", ""};
}

SocketFacts TracingBackend::socket(std::uint64_t number) {
  SocketFacts facts;
  const Socket* const found = find(number);
  if (found == nullptr) return facts;
  facts.is_listener = found->is_listener;
  facts.has_connected = found->has_connected;
  facts.peer = found->peer;
  facts.local = text_of(found->local);
  facts.remote = text_of(found->remote);
  return facts;
}

std::uint64_t TracingBackend::socket_at(std::uint32_t slot) {
  return slot < by_slot_.size() ? by_slot_[slot] : 0;
}

std::optional<Instant> TracingBackend::current_time() {
  return asks_ ? std::optional(inner_.now()) : std::nullopt;
}

// ---- calls -----------------------------------------------------------------------------------

void TracingBackend::tell(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text,
                          std::string_view more, const Op* op) {
  if (is_in_run_) recorder_->tell(kind, a, b, text, more, op);
}

void TracingBackend::submit(Op& op) {
  if (op.kind != OpKind::connect || !is_in_run_) {
    inner_.submit(op);
    return hand_back();
  }
  // The trace hears of it before its completion.
  const auto& connect = static_cast<const ConnectOp&>(op);
  const std::uint64_t number = add(true).number;
  find(number)->remote = connect.to;
  connecting_[&op] = number;
  inner_.submit(op);
  if (op.state == Op::State::in_flight && asks_) {
    if (const Handle handle = inner_.connecting_socket(connect)) {
      find(number)->local = inner_.local_address(handle);
      look_for_peer(*find(number));
    }
  }
  tell(EventKind::connect, number, connect.to.port, {}, to_string(connect.to));
  hand_back();
}

void TracingBackend::cancel(Op& op) {
  inner_.cancel(op);
  hand_back();
}

void TracingBackend::dispose(Op& op) {
  Handle opened;
  if (op.result >= 0 && op.kind == OpKind::accept) opened = static_cast<AcceptOp&>(op).accepted;
  if (op.result >= 0 && op.kind == OpKind::connect) opened = static_cast<ConnectOp&>(op).connected;
  inner_.dispose(op);
  hand_back();
  if (opened) tell_closed(opened);
}

Waited TracingBackend::wait(Instant deadline) {
  // What was written so far survives the process, however it ends.
  if (is_in_run_) recorder_->flush();
  // The wrapped backend does not know what we have not handed on yet.
  const Waited waited = inner_.wait(has_completed() ? Instant{} : deadline);
  hand_back();
  return waited;
}

Listened TracingBackend::listen(HostId host, const Address& at, const ListenOptions& options) {
  const Listened listened = inner_.listen(host, at, options);
  if (listened.error != 0) return listened;
  Socket& socket = add(false);
  socket.is_listener = true;
  socket.local = listened.bound;
  bind(listened.handle, socket);
  tell(EventKind::listen, socket.number, listened.bound.port);
  return listened;
}

void TracingBackend::close(Handle socket) {
  inner_.close(socket);
  hand_back();
  tell_closed(socket);
}

void TracingBackend::reset(Handle socket) {
  inner_.reset(socket);
  hand_back();
  tell_closed(socket);
}

int TracingBackend::shutdown_write(Handle socket) {
  const int result = inner_.shutdown_write(socket);
  hand_back();
  const Socket* const found = find(socket);
  if (result == 0 && found != nullptr) tell(EventKind::shutdown, found->number);
  return result;
}

void TracingBackend::tell_closed(Handle handle) {
  const Socket* const found = find(handle);
  if (found == nullptr) return;
  const std::uint64_t number = found->number;
  tell(EventKind::close, number);
  by_slot_[handle.slot] = 0;
  remove(number);
}

// ---- completions -----------------------------------------------------------------------------

void TracingBackend::hand_back() {
  while (Op* const op = inner_.take_completed()) {
    tell_completion(*op);
    complete(*op, op->result);
  }
}

void TracingBackend::tell_completion(Op& op) {
  if (!is_in_run_) return;
  const Socket* const on = find(op.on);
  switch (op.kind) {
    case OpKind::recv: {
      const auto& recv = static_cast<const RecvOp&>(op);
      if (op.result < 0) return tell_broken(op);
      if (on == nullptr || recv.size_bytes == 0) return;
      if (op.result == 0) return tell(EventKind::end_of_stream, on->number);
      return tell(EventKind::recv, on->number, static_cast<std::uint64_t>(op.result),
                  received(recv));
    }
    case OpKind::send:
    case OpKind::send_file: {
      if (op.result < 0) return tell_broken(op);
      if (on == nullptr || op.result == 0) return;
      std::string_view bytes;  // those of a file were never here
      if (op.kind == OpKind::send) bytes = view(static_cast<const SendOp&>(op).data, op.result);
      return tell(EventKind::send, on->number, static_cast<std::uint64_t>(op.result), bytes);
    }
    case OpKind::accept:
      return tell_accepted(static_cast<AcceptOp&>(op));
    case OpKind::connect:
      return tell_connected(static_cast<ConnectOp&>(op));
    case OpKind::resolve: {
      const auto& resolve = static_cast<const ResolveOp&>(op);
      std::string found;
      for (const Address& address : resolve.addresses) {
        found += (found.empty() ? "" : ",") + to_string(address);
      }
      return tell(EventKind::resolve, resolve.addresses.size(), 0, resolve.name, found, &op);
    }
    case OpKind::signal:
      if (op.result > 0) tell(EventKind::signal, static_cast<std::uint64_t>(op.result), 0);
      return;
    case OpKind::read:
    case OpKind::write:
      return;
  }
}

void TracingBackend::tell_accepted(AcceptOp& op) {
  if (op.result < 0) return;
  Socket& socket = add(false);
  socket.remote = op.peer;
  if (asks_) socket.local = inner_.local_address(op.accepted);
  bind(op.accepted, socket);
  look_for_peer(socket);
  const Socket* const listener = find(op.on);
  tell(EventKind::accept, socket.number, listener != nullptr ? listener->number : 0);
}

void TracingBackend::tell_connected(ConnectOp& op) {
  const auto found = connecting_.find(&op);
  if (found == connecting_.end()) return;
  const std::uint64_t number = found->second;
  connecting_.erase(found);
  Socket& socket = *find(number);
  if (op.result >= 0) {
    bind(op.connected, socket);
    if (asks_) socket.local = inner_.local_address(op.connected);
    look_for_peer(socket);
    return tell(EventKind::established, number);
  }
  if (op.result == -ECONNREFUSED) tell(EventKind::refuse, number, op.to.port);
  tell(EventKind::close, number);
  remove(number);
}

void TracingBackend::tell_broken(const Op& op) {
  const Socket* const found = find(op.on);
  const bool is_reset = op.result == -ECONNRESET || op.result == -EPIPE || op.result == -ETIMEDOUT;
  if (found != nullptr && is_reset) tell(EventKind::reset, found->number);
}

}  // namespace rill::trace
