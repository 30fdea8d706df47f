// The calls of a Connection while they are in flight: what recv(), sendall() and the others give to
// co_await. Programs see net/connection.h, which says what they promise.
//
// What each message passes through is inline, so that it becomes part of the coroutine that awaits
// it; what is rare - a second reader, a kill, an error - is apart, in connection.cc. The path of a
// message has no more functions than it needs: see net/posix/streams.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/net_error.h"
#include "net/state_ref.h"
#include "net/stream_layer.h"
#include "scheduler/operation.h"
#include "scheduler/task.h"

namespace rill {

/// What a Connection and the calls in flight on it share. Internal.
struct ConnectionState {
  ConnectionState(Backend& b, Handle h, const Address& p) : socket(h), backend(&b), peer(p) {}

  // What every call looks at comes first.
  Handle socket;
  TaskControl* reader = nullptr;  ///< who is in recv now
  TaskControl* writer = nullptr;
  std::unique_ptr<StreamLayer> layer;  ///< null: calls go to the socket
  std::uint32_t references = 1;
  bool eof = false;
  std::string unread;  ///< received, not yet asked for; empty while idle
  Backend* backend;    ///< not the scheduler: a Connection may outlive its run
  Address peer;        ///< noted when it was known: after a reset the kernel has forgotten it

  std::string peer_text() const;
  /// Behind a few words, in one go: a trace wants it for each wait.
  std::string text_with_peer(std::string_view words) const;
  Hint hint() const;
  /// Makes the task of `frame` the `holder`, who is in `call`. Throws UsageError when there is one.
  void claim(TaskControl*& holder, const PromiseBase& frame, const char* call) const {
    if (holder != nullptr) [[unlikely]]
      refuse_second(*holder, *frame.task, call);
    holder = frame.task;
  }
  [[noreturn]] void refuse_second(const TaskControl& holder, const TaskControl& second,
                                  const char* call) const;
  /// Throws the NetError of a call that has failed with `result`, or what the layer says instead.
  [[noreturn]] void throw_error(std::string_view operation, std::int64_t result) const;
  static void* operator new(std::size_t size_bytes) { return frame_pool.allocate(size_bytes); }
  static void operator delete(void* block, std::size_t size_bytes) {
    frame_pool.release(block, size_bytes);
  }
};

using ConnectionRef = StateRef<ConnectionState>;
class Connection;

namespace detail {

/// Rule: one reader, one writer, one acceptor at a time. A second would steal what the first one
/// waits for. `on` is "the connection with 10.0.0.2:80".
[[noreturn]] void refuse_second(const TaskControl& holder, const TaskControl& second,
                                const char* call, const std::string& on);

/// For layers: what `connection` and its calls share. Throws UsageError as its calls do.
ConnectionState& state_of(const Connection& connection);

}  // namespace detail

/// One recv in flight; base of the awaiters below.
class RecvBase : public Operation<RecvOp> {
 public:
  template <class Promise>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    if (state_->unread.empty()) [[likely]] {
      submit(frame);
    } else {  // bytes from before: still one step
      Scheduler::block(frame.promise(), *this);
      task->scheduler->wake(*task);
    }
  }
  void abandon() noexcept override;
  WaitReport report() const override;
  Hint hint() const override;

 protected:
  explicit RecvBase(ConnectionRef state) : state_(std::move(state)) {
    op_.on = state_->socket;
    op_.caller_state = &*state_;
  }
  ~RecvBase() {
    if (reading_) state_->reader = nullptr;
  }
  /// To the layer, if there is one, or the backend.
  template <class Promise>
  void submit(std::coroutine_handle<Promise> frame) {
    if (state_->layer == nullptr) [[likely]]
      return Operation::await_suspend(frame);
    begin_layered(frame.promise());
  }
  void begin(PromiseBase& frame) {
    state_->claim(state_->reader, frame, "recv");
    reading_ = true;
  }
  void begin_layered(PromiseBase& frame);
  /// The bytes received by this call; 0 at end of stream, or when `unread` has them. Throws
  /// NetError.
  std::size_t finish(std::string_view operation) {
    const bool was_submitted = op_.state == Op::State::completed;
    const std::int64_t result = consume();
    reading_ = false;
    state_->reader = nullptr;
    if (!was_submitted) return 0;
    if (result <= 0) [[unlikely]]
      end_of_stream(operation, result);
    return static_cast<std::size_t>(result);
  }

  ConnectionRef state_;
  bool reading_ = false;

 private:
  /// Notes the end, or throws the error.
  void end_of_stream(std::string_view operation, std::int64_t result);
};

class [[nodiscard("recv() does nothing until it is awaited")]] Recv final : public RecvBase {
 public:
  Recv(ConnectionRef state, std::size_t most_bytes) : RecvBase(std::move(state)) {
    op_.text = &text_;
    op_.size_bytes = most_bytes;
  }
  ~Recv() {
    if (op_.state == Op::State::completed) [[unlikely]]  // killed before its turn
      keep_for_next();
  }
  std::string await_resume() {
    if (op_.state != Op::State::completed) [[unlikely]]
      return take_unread();
    finish("recv");
    return std::move(text_);
  }

 private:
  void keep_for_next();
  std::string take_unread();

  std::string text_;
};

class [[nodiscard("recv_into() does nothing until it is awaited")]] RecvInto final
    : public RecvBase {
 public:
  RecvInto(ConnectionRef state, std::span<char> to) : RecvBase(std::move(state)) {
    op_.data = reinterpret_cast<std::byte*>(to.data());
    op_.size_bytes = to.size();
  }
  [[gnu::always_inline]] ~RecvInto() {
    if (op_.state == Op::State::completed) [[unlikely]]  // killed before its turn
      keep_for_next();
  }
  std::size_t await_resume() {
    if (op_.state != Op::State::completed) [[unlikely]]
      return take_unread();
    return finish("recv");
  }

 private:
  void keep_for_next();
  std::size_t take_unread();
};

/// More bytes into `unread`: how readline and parsers read.
class [[nodiscard]] Fill final : public RecvBase {
 public:
  Fill(ConnectionRef state, std::size_t most_bytes);
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    submit(frame);
  }
  /// False at end of stream.
  bool await_resume();
};

/// How many bytes a send took.
struct Sent {
  std::size_t bytes;
};

/// Whether the caller sends more at once: then what does not fill a packet may wait for it.
enum class More : std::uint8_t { no, follows };

/// One send in flight, of bytes or of a file; base of the awaiters below.
template <class SomeSend>
class SendBase : public Operation<SomeSend> {
 public:
  template <class Promise>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    if (this->op_.size_bytes > 0) [[likely]] {
      submit(frame);
    } else {
      Scheduler::block(frame.promise(), *this);
      this->task->scheduler->wake(*this->task);
    }
  }
  void abandon() noexcept override;
  WaitReport report() const override;
  Hint hint() const override { return state_->hint(); }

 protected:
  explicit SendBase(ConnectionRef state) : state_(std::move(state)) {
    this->op_.on = state_->socket;
  }
  ~SendBase() {
    if (writing_) state_->writer = nullptr;
  }
  /// To the layer, if there is one, or the backend.
  template <class Promise>
  void submit(std::coroutine_handle<Promise> frame) {
    if (state_->layer == nullptr) [[likely]]
      return Operation<SomeSend>::await_suspend(frame);
    begin_layered(frame.promise());
  }
  void begin(PromiseBase& frame) {
    state_->claim(state_->writer, frame, "send");
    writing_ = true;
  }
  void begin_layered(PromiseBase& frame);
  /// The bytes taken. Throws NetError.
  std::size_t finish(std::string_view operation) {
    const std::int64_t result = this->consume();
    writing_ = false;
    state_->writer = nullptr;
    if (result < 0) [[unlikely]]
      state_->throw_error(operation, result);
    return static_cast<std::size_t>(result);
  }

  ConnectionRef state_;
  bool writing_ = false;
};
extern template class SendBase<SendOp>;
extern template class SendBase<SendFileOp>;

class SendBytes : public SendBase<SendOp> {
 protected:
  SendBytes(ConnectionRef state, std::string_view bytes) : SendBase(std::move(state)) {
    op_.data = reinterpret_cast<const std::byte*>(bytes.data());
    op_.size_bytes = bytes.size();
  }
};

class [[nodiscard("send() does nothing until it is awaited")]] Send final : public SendBytes {
 public:
  Send(ConnectionRef state, std::string_view bytes) : SendBytes(std::move(state), bytes) {}
  Sent await_resume() { return Sent{finish("send")}; }
};

class [[nodiscard("sendall() does nothing until it is awaited")]] SendAll final : public SendBytes {
 public:
  SendAll(ConnectionRef state, std::string_view bytes, More more)
      : SendBytes(std::move(state), bytes) {
    op_.all = true;
    op_.more_follows = more == More::follows;
  }
  void await_resume() { finish("sendall"); }
};

class [[nodiscard("sendfile() does nothing until it is awaited")]] SendFile final
    : public SendBase<SendFileOp> {
 public:
  SendFile(ConnectionRef state, int fd, std::uint64_t offset, std::size_t size_bytes)
      : SendBase(std::move(state)) {
    op_.fd = fd;
    op_.offset = offset;
    op_.size_bytes = size_bytes;
    op_.all = true;
  }
  Sent await_resume() { return Sent{finish("sendfile")}; }
};

}  // namespace rill
