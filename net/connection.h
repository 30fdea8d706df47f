// Connection: one TCP stream, on real sockets or simulated ones.
//
//   Task<> echoer(Connection connection) {
//     for (;;) {
//       std::string data = co_await connection.recv(4096);
//       if (data.empty()) co_return;         // the peer has ended its side
//       co_await connection.sendall(data);
//     }
//   }
//
// Ownership: a Connection owns its socket and closes it when destroyed. It can be moved, also while
// another task waits on it; closing ends that wait with ECANCELED. It may outlive its run, but not
// the backend.
// Suspension: recv, send, sendall, sendfile and readline suspend, one scheduling step at least.
// close() and shutdown_write() never do. Errors: NetError. One reader and one writer at a time; a
// second one gets a UsageError that names both. Kill: bytes that had arrived for a killed recv stay
// in the connection for the next one. A killed sendall may have sent any part of its bytes. A
// Connection that dies by kill closes without goodbye.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/net_error.h"
#include "net/state_ref.h"
#include "scheduler/operation.h"
#include "scheduler/task.h"

namespace rill {

/// What a Connection and the calls in flight on it share. Internal.
struct ConnectionState {
  ConnectionState(Backend& b, Handle h, const Address& p) : backend(&b), socket(h), peer(p) {}

  Backend* backend;  ///< not the scheduler: a Connection may outlive its run
  Handle socket;
  Address peer;  ///< noted when it was known: after a reset the kernel has forgotten it
  TaskControl* reader = nullptr;  ///< who is in recv now
  TaskControl* writer = nullptr;
  std::string unread;  ///< received, not yet asked for; empty while idle
  std::uint32_t references = 1;
  bool eof = false;

  std::string peer_text() const;
  Hint hint() const;
  static void* operator new(std::size_t size_bytes) { return frame_pool.allocate(size_bytes); }
  static void operator delete(void* block, std::size_t size_bytes) {
    frame_pool.release(block, size_bytes);
  }
};

using ConnectionRef = StateRef<ConnectionState>;

namespace detail {

/// Rule: one reader, one writer, one acceptor at a time. A second would steal what the first one
/// waits for. `on` is "the connection with 10.0.0.2:80".
[[noreturn]] void refuse_second(const TaskControl& holder, const TaskControl& second,
                                const char* call, const std::string& on);

}  // namespace detail

/// One recv in flight; base of the awaiters below.
class RecvBase : public Operation<RecvOp> {
 public:
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    if (state_->unread.empty()) {
      Operation::await_suspend(frame);
    } else {  // bytes from before: still one step
      Scheduler::block(frame.promise(), *this);
      task->scheduler->wake(*task);
    }
  }
  void abandon() noexcept override;
  WaitReport report() const override;

 protected:
  explicit RecvBase(ConnectionRef state) : state_(std::move(state)) { op_.on = state_->socket; }
  ~RecvBase() {
    if (reading_) state_->reader = nullptr;
  }
  void begin(PromiseBase& frame);
  /// The bytes received by this call; 0 at end of stream, or when `unread` has them. Throws
  /// NetError.
  std::size_t finish(std::string_view operation);

  ConnectionRef state_;
  bool reading_ = false;
};

class [[nodiscard("recv() does nothing until it is awaited")]] Recv final : public RecvBase {
 public:
  Recv(ConnectionRef state, std::size_t most_bytes);
  ~Recv();
  std::string await_resume();

 private:
  std::string text_;
};

class [[nodiscard("recv_into() does nothing until it is awaited")]] RecvInto final
    : public RecvBase {
 public:
  RecvInto(ConnectionRef state, std::span<char> to);
  ~RecvInto();
  std::size_t await_resume();
};

/// More bytes into `unread`: how readline and parsers read.
class [[nodiscard]] Fill final : public RecvBase {
 public:
  Fill(ConnectionRef state, std::size_t most_bytes);
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    Operation::await_suspend(frame);
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
  void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    if (this->op_.size_bytes > 0) {
      Operation<SomeSend>::await_suspend(frame);
    } else {
      Scheduler::block(frame.promise(), *this);
      this->task->scheduler->wake(*this->task);
    }
  }
  void abandon() noexcept override;
  WaitReport report() const override;

 protected:
  explicit SendBase(ConnectionRef state) : state_(std::move(state)) {
    this->op_.on = state_->socket;
  }
  ~SendBase() {
    if (writing_) state_->writer = nullptr;
  }
  void begin(PromiseBase& frame);
  /// The bytes taken. Throws NetError.
  std::size_t finish(std::string_view operation);

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

class Connection {
 public:
  static constexpr std::size_t kMostLineBytes = std::size_t{64} << 10;

  /// Takes over an open socket of the running scheduler's backend. accept() and connect() do this.
  Connection(Scheduler& scheduler, Handle socket, const Address& peer)
      : state_(new ConnectionState(scheduler.backend(), socket, peer)) {}
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&& other) noexcept {
    close();
    state_ = std::move(other.state_);
    return *this;
  }
  ~Connection() { close(); }

  /// Up to `most_bytes` bytes, as soon as there are any; "" only at end of stream. While it waits,
  /// no buffer is held.
  Recv recv(std::size_t most_bytes) { return Recv(state(), most_bytes); }
  /// The same into memory of the caller, which must outlive the call. 0 only at end of stream (or
  /// for an empty span).
  RecvInto recv_into(std::span<char> to) { return RecvInto(state(), to); }
  /// Sends some of `bytes`, at least one; the rest is the caller's business. They must outlive the
  /// call.
  Send send(std::string_view bytes) { return Send(state(), bytes); }
  /// Sends all of `bytes`, which must outlive the call. With More::follows the last of them may
  /// stay behind for 0.2 s (tcp(7), TCP_CORK), until more is sent: a head need not travel alone.
  SendAll sendall(std::string_view bytes, More more = More::no) {
    return SendAll(state(), bytes, more);
  }
  /// Sends `size_bytes` bytes of the regular file `fd` from `offset` on, without copying them
  /// through memory of the program (sendfile(2)). `fd` must outlive the call; its position stays.
  /// Fewer bytes than asked for: the file ends there. A file that is not in memory is waited for,
  /// by everybody: ask for pieces. Only where can_sendfile().
  SendFile sendfile(int fd, std::uint64_t offset, std::size_t size_bytes) {
    return SendFile(state(), fd, offset, size_bytes);
  }
  /// Whether the bytes of a file can go out as they are. Otherwise (ENOSYS): read and sendall.
  bool can_sendfile() const { return !state()->backend->is_simulated(); }
  /// Up to and including `end`. At end of stream: what is left, perhaps "". Throws LineTooLong when
  /// `most_bytes` bytes hold no `end`; they stay unread.
  Task<std::string> readline(std::string_view end = "\n", std::size_t most_bytes = kMostLineBytes);

  /// Ends our side of the stream after what was sent; the peer reads to the end. Throws NetError.
  void shutdown_write();
  /// Closes the socket. With unread input the peer sees a reset, as with close(2). Twice: no
  /// effect.
  void close() noexcept;
  /// Closes with a reset (SO_LINGER 0): the peer's next call fails with ECONNRESET.
  void reset() noexcept;
  bool is_open() const { return state_ && state_->socket; }
  /// Whether recv has met the end of the stream and nothing is left unread.
  bool eof() const { return !state_ || (state_->eof && state_->unread.empty()); }

  Address peer() const;
  Address local() const;

  /// For protocols that parse in place: the bytes received and not yet taken, ...
  std::string& unread();
  /// ... and a call that waits for more of them; false at end of stream.
  Fill fill(std::size_t most_bytes = std::size_t{16} << 10) { return Fill(state(), most_bytes); }

 private:
  /// Throws UsageError on a Connection that was moved from.
  ConnectionRef state() const;

  ConnectionRef state_;
};

}  // namespace rill
