// recv, send and the end of streams on real sockets, and which system calls they cost.
#include <fcntl.h>

#include <csignal>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

#include "tests/real/workbench.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

RecvOp& recv_text(RecvOp& op, Handle from, std::string& text, std::size_t most_bytes = 4096) {
  op.on = from;
  op.text = &text;
  op.size_bytes = most_bytes;
  return op;
}

RILL_ON_EACH("Bytes that are there are received within submit, into a string or into memory") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  peer.send("hello world");
  bench.settle();
  std::string text = "said: ";
  RecvOp op;
  bench.start(recv_text(op, socket, text, 5));
  CHECK(op.state == Op::State::completed);
  CHECK(text == "said: hello");

  char memory[16];
  RecvOp into;
  into.on = socket;
  into.data = reinterpret_cast<std::byte*>(memory);
  into.size_bytes = sizeof memory;
  CHECK(bench.result(into) == 6);
  CHECK(std::string(memory, 6) == " world");
}

RILL_ON_EACH("A recv that waits is ended by the bytes that come") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp op;
  bench.start(recv_text(op, socket, text));
  CHECK(op.state == Op::State::in_flight);
  bench.turn();
  CHECK(op.state == Op::State::in_flight);
  peer.send("x");
  REQUIRE(bench.ends(op));
  CHECK(text == "x");
  CHECK(bench.completions == 2);  // with the accept
}

RILL_ON_EACH("A recv or send of nothing ends at once with 0") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  CHECK(bench.recv(socket, 0).empty());
  CHECK(bench.send(socket, "") == 0);
}

TEST_CASE("A connection whose request is there and whose reply fits never meets epoll") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  peer.send("request");
  bench.settle();
  call_log = {};
  CHECK(bench.recv(socket) == "request");
  CHECK(bench.send(socket, "reply") == 5);
  bench.backend.close(socket);
  CHECK(call_log.count(Call::epoll_ctl) == 0);
  CHECK(peer.recv() == "reply");
}

RILL_ON_EACH("A socket that is known to be empty costs no futile recv") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp first;
  bench.start(recv_text(first, socket, text));
  peer.send("1");
  REQUIRE(bench.ends(first));
  call_log = {};
  for (int i = 0; i < 10; ++i) {
    RecvOp op;
    bench.start(recv_text(op, socket, text));
    CHECK(op.state == Op::State::in_flight);
    peer.send("2");
    REQUIRE(bench.ends(op));
  }
  CHECK(text == "12222222222");
  CHECK(call_log.count(Call::recv) == (is_epoll() ? 10 : 0));  // io_uring receives by itself
  CHECK(call_log.count(Call::epoll_ctl) == 0);
}

RILL_ON_EACH("The end of the stream is not lost when it came together with the last bytes") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp op;
  bench.start(recv_text(op, socket, text));
  peer.send("last words");
  peer.shutdown_write();
  bench.settle();
  REQUIRE(bench.ends(op));
  CHECK(text == "last words");
  CHECK(bench.recv(socket).empty());
  CHECK(bench.recv(socket).empty());  // for ever
}

RILL_ON_EACH("The end of the stream is not lost when it comes between two reads") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp first;
  bench.start(recv_text(first, socket, text));
  peer.send("a");
  REQUIRE(bench.ends(first));
  RecvOp second;
  bench.start(recv_text(second, socket, text));
  peer.close();
  REQUIRE(bench.ends(second));
  CHECK(second.result == 0);
}

/// Calls `body` on a thread that has used no ring: the last word of an earlier one
/// (uring_backend.h) would stall what is told of here.
void on_fresh_thread(const std::function<void()>& body) {
  std::exception_ptr failure;
  std::thread([&, backend = real_backend] {
    const On chosen(backend);
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

/// To a recv that `was_waiting` for it, or that comes later.
void urgent_data_does_not_stall(bool was_waiting) {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp op;
  bench.start(recv_text(op, socket, text));
  if (was_waiting) bench.turn();
  peer.send("before");
  peer.send("!", MSG_OOB);  // recv stops in front of it, with bytes left behind
  peer.send("after");
  bench.settle();
  REQUIRE(bench.ends(op));
  while (text.size() < 11) {
    RecvOp more;
    bench.start(recv_text(more, socket, text));
    const bool has_come = bench.ends(more, seconds(2));
    if (!has_come) bench.cancel(more);
    CAPTURE(text);
    REQUIRE(has_come);
  }
  CHECK(text == "beforeafter");
}

RILL_ON_EACH("Urgent data in the stream does not stall what comes after it") {
  for (const bool was_waiting : {false, true}) {
    on_fresh_thread([&] { urgent_data_does_not_stall(was_waiting); });
  }
}

RILL_ON_EACH("A writer whose peer does not read waits without a system call, and goes on later") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const std::string chunk(256 << 10, 'x');
  std::size_t sent = 0;
  SendOp blocked;
  for (;;) {
    SendOp op;
    op.on = socket;
    op.data = reinterpret_cast<const std::byte*>(chunk.data());
    op.size_bytes = chunk.size();
    bench.start(op);
    bench.turn();
    if (op.state == Op::State::in_flight) {
      bench.cancel(op);
      break;
    }
    REQUIRE(op.result > 0);
    sent += static_cast<std::size_t>(op.result);
  }
  blocked.on = socket;
  blocked.data = reinterpret_cast<const std::byte*>(chunk.data());
  blocked.size_bytes = chunk.size();
  call_log = {};
  bench.start(blocked);
  for (int i = 0; i < 5; ++i) bench.turn(milliseconds(5));
  CHECK(blocked.state == Op::State::in_flight);
  CHECK(call_log.count(Call::send) == 0);
  CHECK(peer.recv_exactly(sent).size() == sent);
  REQUIRE(bench.ends(blocked));
  CHECK(blocked.result > 0);
}

RILL_ON_EACH("A reader may read on while the other direction is blocked, and the other way round") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp recv;
  bench.start(recv_text(recv, socket, text));
  const std::string chunk(8 << 20, 'y');
  SendOp send;
  send.on = socket;
  send.data = reinterpret_cast<const std::byte*>(chunk.data());
  send.size_bytes = chunk.size();
  REQUIRE(bench.result(send) > 0);
  SendOp blocked;
  blocked.on = socket;
  blocked.data = send.data;
  blocked.size_bytes = chunk.size();
  bench.start(blocked);
  peer.send("still here");
  REQUIRE(bench.ends(recv));
  CHECK(text == "still here");
  bench.cancel(blocked);
}

RILL_ON_EACH("Half-close: we end our side and still receive; the peer reads to the end") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  CHECK(bench.send(socket, "question") == 8);
  CHECK(bench.backend.shutdown_write(socket) == 0);
  CHECK(peer.recv() == "question");
  CHECK(peer.recv().empty());
  peer.send("answer");
  CHECK(bench.recv(socket) == "answer");
  CHECK(bench.send(socket, "more") == -EPIPE);
}

RILL_ON_EACH("Half-close by the peer: we still send") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  peer.shutdown_write();
  CHECK(bench.recv(socket).empty());
  CHECK(bench.send(socket, "answer") == 6);
  CHECK(peer.recv() == "answer");
}

RILL_ON_EACH(
    "A reset by the peer ends a waiting recv with ECONNRESET, and a later send with EPIPE") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string text;
  RecvOp op;
  bench.start(recv_text(op, socket, text));
  peer.reset();
  REQUIRE(bench.ends(op));
  CHECK(op.result == -ECONNRESET);
  struct sigaction usual{};
  sigaction(SIGPIPE, nullptr, &usual);
  REQUIRE(usual.sa_handler == SIG_DFL);  // so that a signal would end this process
  CHECK(bench.send(socket, "x") == -EPIPE);
}

RILL_ON_EACH("A reset by the peer ends a blocked send") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const std::string chunk(1 << 20, 'x');
  SendOp op;
  for (;;) {
    op.on = socket;
    op.data = reinterpret_cast<const std::byte*>(chunk.data());
    op.size_bytes = chunk.size();
    bench.start(op);
    bench.turn();
    if (op.state == Op::State::in_flight) break;
  }
  peer.reset();
  REQUIRE(bench.ends(op));
  CHECK(op.result == -ECONNRESET);
}

RILL_ON_EACH("reset() makes the peer's next call fail, close() with unread input too") {
  Workbench bench;
  auto [first, first_peer] = bench.connected();
  bench.backend.reset(first);
  CHECK(first_peer.recv() == error_text(ECONNRESET));

  auto [second, second_peer] = bench.connected();
  second_peer.send("unread");
  bench.settle();
  bench.backend.close(second);
  CHECK(second_peer.recv() == error_text(ECONNRESET));

  auto [third, third_peer] = bench.connected();
  bench.backend.close(third);
  CHECK(third_peer.recv().empty());
}

RILL_ON_EACH("Sockets are non-blocking, closed on exec, and send small messages at once") {
  Workbench bench;
  const Listened listened = bench.listen();
  ConnectOp connect;
  connect.to = listened.bound;
  bench.start(connect);
  AcceptOp accept;
  accept.on = listened.handle;
  REQUIRE(bench.result(accept) == 0);
  REQUIRE(bench.ends(connect));
  int seen = 0;
  for (int fd = 3; fd < 64; ++fd) {
    SocketAddress peer;
    if (::getpeername(fd, peer.get(), &peer.size_bytes) != 0) continue;
    ++seen;
    int nodelay = 0;
    socklen_t size_bytes = sizeof nodelay;
    ::getsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &nodelay, &size_bytes);
    CHECK(nodelay == 1);
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(seen == 2);
}

// Any bytes in any pieces, both ways, through small socket buffers.
void what_is_sent_arrives(const std::vector<std::uint8_t>& sizes) {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string all;
  std::string received;
  std::uint32_t letter = 0;
  for (const std::uint8_t size : sizes) {
    std::string piece;
    for (int i = 0; i <= size * 37; ++i) piece += static_cast<char>(++letter * 2654435761u >> 24);
    all += piece;
    const std::int64_t taken = bench.send(socket, piece);
    RC_ASSERT(taken == static_cast<std::int64_t>(piece.size()));
    peer.send(peer.recv_exactly(piece.size()));
    if (size % 2 == 0) received += bench.recv(socket, 1 + size * 11u);
  }
  while (received.size() < all.size()) received += bench.recv(socket, 1 + received.size() % 5000);
  RC_ASSERT(received == all);
}

RILL_ON_EACH("What is sent arrives, whatever the pieces") {
  property("what is sent arrives", what_is_sent_arrives);
}

}  // namespace
}  // namespace rill::testing
