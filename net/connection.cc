// The calls of a connection. See connection.h for their contracts.
#include "net/connection.h"

#include <algorithm>
#include <cerrno>
#include <type_traits>

namespace rill {
namespace {

template <class SomeOp>
void start_layered(Wait& wait, SomeOp& op, ConnectionState& state, PromiseBase& frame) {
  op.task = frame.task;
  op.host = frame.task->host;
  op.state = Op::State::in_flight;
  Scheduler::block(frame, wait);
  if constexpr (std::is_same_v<SomeOp, SendFileOp>) {
    op.state = Op::State::completed;
    op.result = -ENOSYS;  // a layer changes the bytes
    frame.task->scheduler->wake(*frame.task);
  } else {
    state.layer->start(op);
  }
}

}  // namespace

void detail::refuse_second(const TaskControl& holder, const TaskControl& second, const char* call,
                           const std::string& on) {
  throw UsageError(std::string(call) + " by task " + describe(second) + " on " + on +
                   ", while task " + describe(holder) + " is in the same call: one task at a time");
}

ConnectionState& detail::state_of(const Connection& connection) { return *connection.state(); }

std::string ConnectionState::peer_text() const { return to_string(peer); }

void ConnectionState::refuse_second(const TaskControl& holder, const TaskControl& second,
                                    const char* call) const {
  detail::refuse_second(holder, second, call, "the connection with " + peer_text());
}

void ConnectionState::throw_error(std::string_view operation, std::int64_t result) const {
  if (layer != nullptr) layer->raise(operation);
  throw NetError(std::string(operation), peer_text(), static_cast<int>(-result));
}

Hint ConnectionState::hint() const {
  const TaskId other = backend->task_at_other_end(socket);
  return other != 0 ? Hint{"waits at its other end", other} : Hint();
}

void RecvBase::begin_layered(PromiseBase& frame) { start_layered(*this, op_, *state_, frame); }

void RecvBase::abandon() noexcept {
  if (op_.state != Op::State::in_flight) return;
  state_->layer == nullptr ? Operation::abandon() : state_->layer->cancel(op_);
}

WaitReport RecvBase::report() const {
  return {.text = state_->text_with_peer("recv from "),
          .what = "recv",
          .slot = state_->socket.slot + 1};
}

// Apart from the report: a trace has no use for it.
Hint RecvBase::hint() const { return state_->hint(); }

void RecvBase::end_of_stream(std::string_view operation, std::int64_t result) {
  if (result < 0) state_->throw_error(operation, result);
  if (op_.size_bytes > 0) state_->eof = true;
}

void Recv::keep_for_next() { state_->unread += text_; }

std::string Recv::take_unread() {
  finish("recv");
  std::string& unread = state_->unread;
  if (unread.size() <= op_.size_bytes) return std::exchange(unread, {});
  text_ = unread.substr(0, op_.size_bytes);
  unread.erase(0, op_.size_bytes);
  return std::move(text_);
}

void RecvInto::keep_for_next() {
  if (op_.result <= 0) return;
  state_->unread.append(reinterpret_cast<const char*>(op_.data),
                        static_cast<std::size_t>(op_.result));
}

std::size_t RecvInto::take_unread() {
  finish("recv");
  std::string& unread = state_->unread;
  const std::size_t taken = std::min(unread.size(), op_.size_bytes);
  unread.copy(reinterpret_cast<char*>(op_.data), taken);
  unread.erase(0, taken);
  return taken;
}

Fill::Fill(ConnectionRef state, std::size_t most_bytes) : RecvBase(std::move(state)) {
  op_.text = &state_->unread;
  op_.size_bytes = most_bytes;
}

bool Fill::await_resume() { return finish("recv") > 0; }

template <class SomeSend>
void SendBase<SomeSend>::begin_layered(PromiseBase& frame) {
  start_layered(*this, this->op_, *state_, frame);
}

template <class SomeSend>
void SendBase<SomeSend>::abandon() noexcept {
  if (this->op_.state != Op::State::in_flight) return;
  state_->layer == nullptr ? Operation<SomeSend>::abandon() : state_->layer->cancel(this->op_);
}

template <class SomeSend>
WaitReport SendBase<SomeSend>::report() const {
  return {
      .text = state_->text_with_peer("send to "), .what = "send", .slot = state_->socket.slot + 1};
}

template class SendBase<SendOp>;
template class SendBase<SendFileOp>;

Task<std::string> Connection::readline(std::string_view end, std::size_t most_bytes) {
  const ConnectionRef state = this->state();
  const std::string delimiter(end);  // the caller's may die before the line comes
  std::string& unread = state->unread;
  std::size_t searched = 0;
  for (;;) {
    const std::size_t found = unread.find(delimiter, searched);
    if (found != unread.npos && found + delimiter.size() <= most_bytes) {
      std::string line = unread.substr(0, found + delimiter.size());
      unread.erase(0, line.size());
      co_return line;
    }
    if (found != unread.npos || unread.size() >= most_bytes)
      throw LineTooLong(state->peer_text(), most_bytes);
    if (state->eof) co_return std::exchange(unread, {});
    // The delimiter may have begun at the end of what is there.
    searched = unread.size() - std::min(unread.size(), delimiter.size() - 1);
    co_await Fill(state, most_bytes - unread.size());
  }
}

void Connection::shutdown_write() {
  const ConnectionRef state = this->state();
  const int result = state->layer == nullptr ? state->backend->shutdown_write(state->socket)
                                             : state->layer->shutdown_write();
  if (result < 0) throw NetError("shutdown_write", state->peer_text(), -result);
}

void Connection::close() noexcept {
  if (!is_open()) return;
  using Parting = StreamLayer::Parting;
  const Parting how = state_->layer == nullptr ? Parting::close : state_->layer->part();
  const Handle socket = std::exchange(state_->socket, {});
  if (how == Parting::close) [[likely]] {
    state_->backend->close(socket);
  } else if (how == Parting::reset) {
    state_->backend->reset(socket);
  }
}

void Connection::reset() noexcept {
  if (!is_open()) return;
  state_->backend->reset(std::exchange(state_->socket, {}));
}

Address Connection::peer() const { return state()->peer; }

std::string& Connection::unread() { return state()->unread; }

Address Connection::local() const {
  const ConnectionRef state = this->state();
  return state->backend->local_address(state->socket);
}

void Connection::refuse_moved_from() {
  throw UsageError("a call on a Connection that was moved from");
}

std::string ConnectionState::text_with_peer(std::string_view words) const {
  char text[16 + kMostAddressBytes];
  return {text, put(text + words.copy(text, 16), peer)};
}

}  // namespace rill
