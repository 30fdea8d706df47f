// send_file on real sockets: what of a file arrives, when it waits, and what it costs.
#include <fcntl.h>
#include <sys/mman.h>

#include <csignal>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

/// A file without a name.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& bytes) : fd_(::memfd_create("scratch", MFD_CLOEXEC)) {
    REQUIRE(fd_ >= 0);
    REQUIRE(::pwrite(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { ::close(fd_); }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::string numbered(std::size_t size_bytes) {
  std::string bytes;
  for (std::uint32_t line = 0; bytes.size() < size_bytes; ++line)
    bytes += std::to_string(line) + "\n";
  bytes.resize(size_bytes);
  return bytes;
}

SendFileOp& of_file(SendFileOp& op, Handle to, int fd, std::uint64_t offset,
                    std::size_t size_bytes) {
  op.on = to;
  op.fd = fd;
  op.offset = offset;
  op.size_bytes = size_bytes;
  return op;
}

RILL_ON_EACH("What is asked for of a file arrives, and its position stays where it was") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const ScratchFile file("0123456789");
  REQUIRE(::lseek(file.fd(), 7, SEEK_SET) == 7);
  SendFileOp op;
  CHECK(bench.result(of_file(op, socket, file.fd(), 2, 5)) == 5);
  CHECK(peer.recv() == "23456");
  CHECK(::lseek(file.fd(), 0, SEEK_CUR) == 7);
  CHECK(op.offset == 2);  // the scheduler counts, not the backend
}

RILL_ON_EACH("A file that ends early gives what it has, and then 0") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const ScratchFile file("0123456789");
  SendFileOp first;
  SendFileOp second;
  SendFileOp beyond;
  SendFileOp nothing;
  CHECK(bench.result(of_file(first, socket, file.fd(), 6, 100)) == 4);
  CHECK(bench.result(of_file(second, socket, file.fd(), 10, 100)) == 0);
  CHECK(bench.result(of_file(beyond, socket, file.fd(), std::uint64_t{1} << 40, 100)) == 0);
  CHECK(bench.result(of_file(nothing, socket, file.fd(), 0, 0)) == 0);
  CHECK(peer.recv() == "6789");
}

RILL_ON_EACH("A file whose peer does not read waits without a system call, goes on, and can end") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const std::string bytes = numbered(16 << 20);
  const ScratchFile file(bytes);
  std::size_t sent = 0;
  SendFileOp blocked;
  for (;;) {
    SendFileOp op;
    bench.start(of_file(op, socket, file.fd(), sent, bytes.size() - sent));
    if (op.state == Op::State::in_flight) {
      bench.cancel(op);
      CHECK(op.result == -ECANCELED);
      break;
    }
    REQUIRE(op.result > 0);
    sent += static_cast<std::size_t>(op.result);
  }
  REQUIRE(sent < bytes.size());
  call_log = {};
  bench.start(of_file(blocked, socket, file.fd(), sent, bytes.size() - sent));
  for (int i = 0; i < 5; ++i) bench.turn(milliseconds(5));
  CHECK(blocked.state == Op::State::in_flight);
  CHECK(call_log.count(Call::sendfile) == (is_epoll() ? 0 : 1));  // the try at the start
  CHECK(peer.recv_exactly(sent) == bytes.substr(0, sent));
  REQUIRE(bench.ends(blocked));
  REQUIRE(blocked.result > 0);
  const auto more = static_cast<std::size_t>(blocked.result);
  CHECK(peer.recv_exactly(more) == bytes.substr(sent, more));
}

RILL_ON_EACH("Closing the socket ends a file that waits") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const ScratchFile file(numbered(16 << 20));
  SendFileOp first;
  REQUIRE(bench.result(of_file(first, socket, file.fd(), 0, 16 << 20)) > 0);
  SendFileOp op;
  do {
    bench.start(of_file(op, socket, file.fd(), 0, 16 << 20));
  } while (op.state == Op::State::completed);
  bench.close(socket);
  CHECK(op.state == Op::State::completed);
  CHECK(op.result == -ECANCELED);
}

RILL_ON_EACH("A peer that is gone is an error, and no signal") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const ScratchFile file("bytes");
  peer.reset();
  bench.settle();
  struct sigaction usual{};
  sigaction(SIGPIPE, nullptr, &usual);
  REQUIRE(usual.sa_handler == SIG_DFL);  // so that a signal would end this process
  SendFileOp first;
  SendFileOp second;
  const std::int64_t result = bench.result(of_file(first, socket, file.fd(), 0, 5));
  CHECK((result == -ECONNRESET || result == -EPIPE));
  CHECK(bench.result(of_file(second, socket, file.fd(), 0, 5)) == -EPIPE);
  sigset_t pending;
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGPIPE) == 0);
}

RILL_ON_EACH("What cannot be sent as a file says so, and the connection goes on") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  const ScratchFile file("bytes");
  SendFileOp closed;
  CHECK(bench.result(of_file(closed, socket, -1, 0, 5)) == -EBADF);
  SendFileOp pipe;
  CHECK(bench.result(of_file(pipe, socket, ends[0], 0, 5)) < 0);
  SendFileOp good;
  CHECK(bench.result(of_file(good, socket, file.fd(), 0, 5)) == 5);
  CHECK(peer.recv() == "bytes");
  SendFileOp elsewhere;
  CHECK(bench.result(of_file(elsewhere, Handle{}, file.fd(), 0, 5)) == -EBADF);
  ::close(ends[0]);
  ::close(ends[1]);
}

RILL_ON_EACH("A head that says that more follows travels with the file, not alone") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const ScratchFile file("body");
  const std::string head = "head ";
  SendOp op;
  op.on = socket;
  op.data = reinterpret_cast<const std::byte*>(head.data());
  op.size_bytes = head.size();
  op.more_follows = true;
  CHECK(bench.result(op) == 5);
  bench.settle();
  char byte = 0;
  CHECK(::recv(peer.fd(), &byte, 1, MSG_DONTWAIT) == -1);  // the kernel waits 200 ms for more
  SendFileOp body;
  CHECK(bench.result(of_file(body, socket, file.fd(), 0, 4)) == 4);
  CHECK(peer.recv() == "head body");
}

}  // namespace
}  // namespace rill::testing
