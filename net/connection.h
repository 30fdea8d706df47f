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
#include <span>
#include <string>
#include <string_view>

#include "net/connection_calls.h"

namespace rill {

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
  bool can_sendfile() const {
    const ConnectionRef& state = this->state();
    return !state->backend->is_simulated() && state->layer == nullptr;
  }
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
  friend ConnectionState& detail::state_of(const Connection& connection);

  /// Throws UsageError on a Connection that was moved from.
  const ConnectionRef& state() const {
    if (!state_) [[unlikely]]
      refuse_moved_from();
    return state_;
  }
  [[noreturn]] static void refuse_moved_from();

  ConnectionRef state_;
};

}  // namespace rill
