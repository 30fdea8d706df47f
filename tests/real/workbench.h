// A workbench for one backend without a scheduler: operations are started and awaited by hand, and
// the other end of each connection is a plain blocking socket, so that a test says exactly what the
// kernel has seen, and when.
#pragma once

#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <utility>

#include "net/posix/socket_address.h"
#include "tests/real/faulty_ring.h"
#include "tests/real/faulty_syscalls.h"
#include "tests/real/on_each_backend.h"
#include "tests/testing/testing.h"

namespace rill::testing {

inline int open_descriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  int count = -1;  // the directory's own
  while (const dirent* entry = readdir(directory)) count += entry->d_name[0] != '.' ? 1 : 0;
  closedir(directory);
  return count;
}

/// A blocking socket; its calls give up after ten seconds.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {
    const timeval limit{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Peer& operator=(Peer&&) = delete;
  ~Peer() { close(); }

  static Peer connect(const Address& to) {
    SocketAddress address(to);
    Peer peer(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int result = ::connect(peer.fd_, address.get(), address.size_bytes);
    if (result != 0 && errno == EINTR) {  // the end of an earlier test's ring; it goes on by itself
      pollfd look{.fd = peer.fd_, .events = POLLOUT, .revents = 0};
      while (::poll(&look, 1, 10'000) < 0 && errno == EINTR) {
      }
      socklen_t size_bytes = sizeof result;
      ::getsockopt(peer.fd_, SOL_SOCKET, SO_ERROR, &result, &size_bytes);
    }
    CAPTURE(std::strerror(errno));
    REQUIRE(result == 0);
    return peer;
  }
  /// A listener of its own, on a port that the kernel chooses.
  static Peer listen(int backlog = 16) {
    Peer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    SocketAddress address(Address::loopback_ipv4());
    REQUIRE(::bind(peer.fd_, address.get(), address.size_bytes) == 0);
    REQUIRE(::listen(peer.fd_, backlog) == 0);
    return peer;
  }
  Peer accept() const { return Peer(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)); }
  Address address() const {
    SocketAddress address;
    ::getsockname(fd_, address.get(), &address.size_bytes);
    return address.address();
  }

  void send(const std::string& bytes, int flags = 0) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t count =
          ::send(fd_, bytes.data() + sent, bytes.size() - sent, flags | MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      REQUIRE(count > 0);
      sent += static_cast<std::size_t>(count);
    }
  }
  /// "" at end of stream; "error N" for an errno.
  std::string recv(std::size_t most_bytes = 4096) const {
    std::string text(most_bytes, '\0');
    ssize_t count = 0;
    do {
      count = ::recv(fd_, text.data(), text.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return "error " + std::to_string(errno);
    text.resize(static_cast<std::size_t>(count));
    return text;
  }
  std::string recv_exactly(std::size_t size_bytes) const {
    std::string text;
    while (text.size() < size_bytes) {
      const std::string more = recv(size_bytes - text.size());
      if (more.empty() || more.starts_with("error ")) break;
      text += more;
    }
    return text;
  }
  void shutdown_write() const { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void reset() {
    const linger abort{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close();
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

class Workbench {
  std::unique_ptr<Backend> made_;

 public:
  Backend& backend;

  explicit Workbench(EpollOptions options = {.syscalls = &kFaultySyscalls, .names = {}})
      : made_(make_real_backend(std::move(options), kFaultyRingCalls)), backend(*made_) {
    call_log = {};
  }

  void start(Op& op) {
    op.state = Op::State::in_flight;
    backend.submit(op);
    drain();
  }
  void cancel(Op& op) {
    backend.cancel(op);
    drain();
  }
  void close(Handle socket) {
    backend.close(socket);
    drain();
  }
  /// One wait of at most `limit`.
  Waited turn(Duration limit = Duration(0)) {
    const Waited waited = backend.wait(backend.now() + limit);
    drain();
    return waited;
  }
  /// Waits until `op` is back; false after `limit`.
  bool ends(const Op& op, Duration limit = seconds(10)) {
    const Instant deadline = backend.now() + limit;
    while (op.state != Op::State::completed && backend.now() < deadline) {
      backend.wait(deadline);
      drain();
    }
    return op.state == Op::State::completed;
  }
  /// Starts `op`, and gives its result once it is back.
  std::int64_t result(Op& op) {
    start(op);
    REQUIRE(ends(op));
    return op.result;
  }

  Listened listen(const Address& at = Address::loopback_ipv4(), const ListenOptions& options = {}) {
    const Listened listened = backend.listen(0, at, options);
    REQUIRE(listened.error == 0);
    return listened;
  }
  /// A connection of the backend, and its other end.
  std::pair<Handle, Peer> connected() {
    if (!listener_.handle) listener_ = listen();
    Peer peer = Peer::connect(listener_.bound);
    AcceptOp accept;
    accept.on = listener_.handle;
    REQUIRE(result(accept) == 0);
    return {accept.accepted, std::move(peer)};
  }
  std::string recv(Handle from, std::size_t most_bytes = 4096) {
    RecvOp op;
    std::string text;
    op.on = from;
    op.text = &text;
    op.size_bytes = most_bytes;
    const std::int64_t count = result(op);
    return count >= 0 ? text : "error " + std::to_string(-count);
  }
  std::int64_t send(Handle to, const std::string& bytes) {
    SendOp op;
    op.on = to;
    op.data = reinterpret_cast<const std::byte*>(bytes.data());
    op.size_bytes = bytes.size();
    return result(op);
  }
  /// Time for packets on the loopback to settle; the kernel handles them within the call that
  /// sends, so that this is for the rare case that it did not.
  void settle() { ::usleep(2000); }

  int completions = 0;

 private:
  void drain() {
    while (Op* op = backend.take_completed()) {
      REQUIRE(op->state == Op::State::completed);
      ++completions;
    }
  }

  Listened listener_;
};

inline std::string error_text(int error) { return "error " + std::to_string(error); }

}  // namespace rill::testing
