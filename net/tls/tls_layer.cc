// See tls_layer.h. How it ends is in courier.cc.
#include "net/tls/tls_layer.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "scheduler/check.h"

namespace rill::tls {

std::span<char> TlsLayer::scratch() {
  static thread_local std::array<char, kMostPlainBytes> bytes;
  return bytes;
}

TlsLayer::TlsLayer(ConnectionState& connection, std::unique_ptr<Session> session)
    : connection_(connection), session_(std::move(session)) {
  receive_.completer = this;
  receive_.text = &session_->input();
  receive_.size_bytes = kMostRecordBytes;
  send_.completer = this;
}

TlsLayer::~TlsLayer() {
  RILL_CHECK(receive_.state == Op::State::idle && send_.state == Op::State::idle,
             "a TLS layer was destroyed with an operation in flight");
}

// ---- the calls
// -------------------------------------------------------------------------------------

void TlsLayer::start(RecvOp& call) {
  reader_ = &call;
  scheduler_ = call.task->scheduler;
  host_ = call.host;
  connection_.socket ? pump() : finish(call, -EBADF);
}

void TlsLayer::start(SendOp& call) {
  writer_ = &call;
  call.sent_bytes = 0;
  scheduler_ = call.task->scheduler;
  host_ = call.host;
  connection_.socket ? pump() : finish(call, -EBADF);
}

void TlsLayer::cancel(Op& call) {
  if (call.kind == OpKind::recv) {
    reader_ = nullptr;
  } else {
    writer_ = nullptr;
  }
  call.state = Op::State::idle;
  end_idle_operations();
}

void TlsLayer::finish(RecvOp& call, std::int64_t result) {
  reader_ = nullptr;
  call.result = result;
  call.state = Op::State::completed;
  scheduler_->wake(*call.task);
}

void TlsLayer::finish(SendOp& call, std::int64_t result) {
  writer_ = nullptr;
  trim_sending();
  call.result = result;
  call.state = Op::State::completed;
  scheduler_->wake(*call.task);
}

void TlsLayer::raise(std::string_view operation) const {
  static_cast<void>(operation);  // which one met it first says nothing about the reason
  if (session_->fault()) session_->raise(connection_.peer_text());
}

// ---- the work
// --------------------------------------------------------------------------------------

void TlsLayer::pump() {
  wants_input_ = false;
  if (reader_ != nullptr) serve_reader();
  if (writer_ != nullptr) serve_writer();
  begin_sending();
  if (wants_input_) begin_receiving();
  if (flush_ != nullptr) wake_courier_when_sent();
  end_idle_operations();
}

void TlsLayer::serve_reader() {
  RecvOp& call = *reader_;
  if (call.size_bytes == 0) return finish(call, 0);
  std::span<char> to(reinterpret_cast<char*>(call.data), call.size_bytes);
  if (call.data == nullptr) to = scratch().first(std::min(call.size_bytes, scratch().size()));
  std::size_t moved = 0;
  switch (session_->read(to, moved)) {
    case Session::Outcome::done:
      if (call.data == nullptr) call.text->append(to.data(), moved);
      return finish(call, static_cast<std::int64_t>(moved));
    case Session::Outcome::at_end:
      return finish(call, 0);
    case Session::Outcome::failed:
      return finish(call, -EPROTO);
    case Session::Outcome::wants_input:
      break;
  }
  if (receive_error_ != 0) return finish(call, -std::exchange(receive_error_, 0));
  wants_input_ = true;
}

/// One record at a time: the next is made when the last has left, so a peer that does not read
/// holds one, however much there is to send.
void TlsLayer::serve_writer() {
  SendOp& call = *writer_;
  if (session_->fault()) return finish(call, -EPROTO);
  if (send_error_ != 0) return finish(call, -send_error_);
  if (has_unsent()) return;
  const bool is_done = call.all ? call.sent_bytes == call.size_bytes : call.sent_bytes > 0;
  if (is_done) return finish(call, static_cast<std::int64_t>(call.sent_bytes));
  if (session_->has_said_goodbye()) return finish(call, -EPIPE);  // as after shutdown(2)
  const std::string_view all(reinterpret_cast<const char*>(call.data), call.size_bytes);
  std::size_t moved = 0;
  switch (session_->write(all.substr(call.sent_bytes), moved)) {
    case Session::Outcome::done:
      call.sent_bytes += moved;
      return;
    case Session::Outcome::wants_input:  // the peer is in the middle of a handshake message
      if (receive_error_ != 0) return finish(call, -receive_error_);
      wants_input_ = true;
      return;
    case Session::Outcome::at_end:
    case Session::Outcome::failed:
      return finish(call, -EPROTO);
  }
}

void TlsLayer::begin_sending() {
  if (send_.state != Op::State::idle || send_error_ != 0) return;
  if (sending_.empty()) sending_.swap(session_->output());
  if (sending_.empty()) return;
  send_.on = parting_ ? parting_ : connection_.socket;
  send_.host = host_;
  send_.data = reinterpret_cast<const std::byte*>(sending_.data()) + sent_;
  send_.size_bytes = sending_.size() - sent_;
  send_.more_follows = writer_ != nullptr && writer_->more_follows;
  scheduler_->submit(send_);
}

void TlsLayer::begin_receiving() {
  if (receive_.state != Op::State::idle) return;
  session_->trim();
  trim_sending();
  receive_.on = connection_.socket;
  receive_.host = host_;
  scheduler_->submit(receive_);
}

void TlsLayer::trim_sending() {
  if (sending_.empty() && sending_.capacity() > kKeptBytes) std::string().swap(sending_);
}

/// Nobody waits: then nothing may be in flight. What had come or gone by now counts.
void TlsLayer::end_idle_operations() {
  if (!is_idle()) return;
  if (receive_.state != Op::State::idle) scheduler_->cancel(receive_);
  if (send_.state != Op::State::idle) scheduler_->cancel(send_);
}

void TlsLayer::take(Op& op) {
  op.state = Op::State::idle;
  const int error = op.result < 0 ? static_cast<int>(-op.result) : 0;
  // Taken back by us; or the connection was closed while somebody waits, who then hears of it.
  const bool is_ours = error == ECANCELED && is_idle();
  if (op.kind == OpKind::recv) {
    if (!is_ours) receive_error_ = error;
    if (op.result == 0) session_->end_input();
  } else {
    if (!is_ours) send_error_ = error;
    if (error == 0) sent_ += static_cast<std::size_t>(op.result);
    if (sent_ == sending_.size()) {
      sending_.clear();
      sent_ = 0;
      end_stream_when_sent();
    }
  }
  if (!is_idle()) pump();
}

TaskControl* TlsLayer::beneficiary(const Op& op) const {
  const Op* call = reader_;
  if (op.kind == OpKind::send ? writer_ != nullptr : reader_ == nullptr) call = writer_;
  return call != nullptr ? call->task : nullptr;
}

}  // namespace rill::tls
