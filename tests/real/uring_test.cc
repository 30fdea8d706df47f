// What only the io_uring backend can get wrong: bytes that nobody asked for, buffers that the
// kernel holds, requests that outlive what they are for, and how many system calls a turn costs.
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <memory>
#include <vector>

#include "tests/real/uring_workbench.h"

namespace rill::testing {
namespace {

RILL_ON_URING("Bytes that nobody asks for are bounded, and none of them is lost") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  arm(bench, socket, peer);
  std::string piece(10'000, '\0');
  std::size_t sent = 0;
  for (int stuck = 0; stuck < 5;) {
    for (char& c : piece)
      c = static_cast<char>(scatter(sent + static_cast<std::size_t>(&c - piece.data())));
    const ssize_t count = ::send(peer.fd(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (count > 0) sent += static_cast<std::size_t>(count);
    stuck = count > 0 ? 0 : stuck + 1;
    bench.turn(milliseconds(1));
  }
  int in_kernel = 0;
  int not_acknowledged = 0;
  REQUIRE(::ioctl(descriptor_of(peer), SIOCINQ, &in_kernel) == 0);
  REQUIRE(::ioctl(peer.fd(), SIOCOUTQ, &not_acknowledged) == 0);
  const std::size_t held =
      sent - static_cast<std::size_t>(in_kernel) - static_cast<std::size_t>(not_acknowledged);
  CAPTURE(sent, in_kernel, not_acknowledged);
  CHECK(held >= UringBackend::kMostUnreadBytes);
  CHECK(held <= UringBackend::kMostUnreadBytes + 2 * ReceiveBuffers::kSizeBytes);

  std::size_t received = 0;
  while (received < sent) {
    const std::string text = bench.recv(socket, 50'000);
    REQUIRE(!text.empty());
    for (const char c : text) {
      if (c != static_cast<char>(scatter(received))) FAIL("byte " << received << " is wrong");
      ++received;
    }
  }
  peer.send("and on");
  CHECK(bench.recv(socket) == "and on");
}

RILL_ON_URING("Bytes that nobody asked for are read in pieces while more come, in their order") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  arm(bench, socket, peer);
  std::size_t sent = 0;
  std::size_t received = 0;
  const auto receive_piece = [&] {
    for (const char c : bench.recv(socket, 700)) {
      if (c != static_cast<char>(scatter(received))) FAIL("byte " << received << " is wrong");
      ++received;
    }
  };
  for (int round = 0; round < 30; ++round) {
    std::string more(round % 3 == 0 ? 2500 : 300, '\0');
    for (char& c : more) c = static_cast<char>(scatter(sent++));
    peer.send(more);
    bench.settle();
    bench.turn();
    receive_piece();
  }
  while (received < sent) receive_piece();
  CHECK(received == sent);
}

RILL_ON_URING("Unread bytes that the kernel has handed over still make a close a reset") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  arm(bench, socket, peer);
  peer.send("nobody reads this");
  bench.settle();
  bench.turn();
  bench.close(socket);
  CHECK(peer.recv() == error_text(ECONNRESET));
}

RILL_ON_EACH("A reset that came while nobody was in a call is told to the next call, once") {
  for (const bool sends_first : {true, false}) {
    Workbench bench;
    auto [socket, peer] = bench.connected();
    arm(bench, socket, peer);
    peer.reset();
    bench.settle();
    bench.turn();
    if (sends_first) {
      CHECK(bench.send(socket, "x") == -ECONNRESET);
      CHECK(bench.recv(socket).empty());
    } else {
      CHECK(bench.recv(socket) == error_text(ECONNRESET));
      CHECK(bench.send(socket, "x") == -EPIPE);
    }
  }
}

RILL_ON_EACH("A cancelled send that won the race says how many bytes it took") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  const std::string bytes = "taken or not";
  Sender sender(socket, bytes);
  bench.start(sender.op);
  if (sender.op.state == Op::State::in_flight) bench.cancel(sender.op);
  REQUIRE(sender.op.state == Op::State::completed);
  REQUIRE(sender.op.result == static_cast<std::int64_t>(bytes.size()));
  CHECK(peer.recv() == bytes);
}

RILL_ON_EACH("After the cancel of a blocked send its buffer is the caller's again") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  std::string bytes(256 << 10, 'a');
  std::size_t sent = 0;
  for (int round = 0; round < 1000; ++round) {
    Sender sender(socket, bytes);
    bench.start(sender.op);
    bench.turn();
    const bool is_blocked = sender.op.state == Op::State::in_flight;
    if (is_blocked) bench.cancel(sender.op);
    REQUIRE(sender.op.state == Op::State::completed);
    if (sender.op.result > 0) sent += static_cast<std::size_t>(sender.op.result);
    if (is_blocked) break;
  }
  bytes.assign(bytes.size(), 'z');
  const std::string got = peer.recv_exactly(sent);
  CHECK(got.size() == sent);
  CHECK(got.find('z') == std::string::npos);
  CHECK(bench.send(socket, "end") == 3);
  CHECK(peer.recv() == "end");
}

RILL_ON_EACH("A connection closes with a recv waiting and a send blocked") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  arm(bench, socket, peer);
  const std::string bytes(1 << 20, 'a');
  Receiver receiver(socket);
  bench.start(receiver.op);
  std::vector<std::unique_ptr<Sender>> senders;
  do {
    senders.push_back(std::make_unique<Sender>(socket, bytes));
    bench.start(senders.back()->op);
    bench.turn();
  } while (senders.back()->op.state == Op::State::completed);
  bench.close(socket);
  CHECK(receiver.op.result == -ECANCELED);
  CHECK(senders.back()->op.state == Op::State::completed);
  while (peer.recv(1 << 20).size() == std::size_t{1} << 20) {
  }
}

RILL_ON_EACH("A number in use again gets nothing of what had come for the socket before") {
  Workbench bench;
  auto [old_socket, old_peer] = bench.connected();
  Receiver first(old_socket);
  bench.start(first.op);
  bench.turn();
  old_peer.send("for the old one");
  bench.settle();
  bench.close(old_socket);  // the bytes are on their way through the ring, or in the socket
  REQUIRE(first.op.state == Op::State::completed);
  auto [new_socket, new_peer] = bench.connected();
  REQUIRE(new_socket.slot == old_socket.slot);
  Receiver second(new_socket);
  bench.start(second.op);
  bench.turn(milliseconds(5));
  CHECK(second.op.state == Op::State::in_flight);
  new_peer.send("for the new one");
  REQUIRE(bench.ends(second.op));
  CHECK(second.text == "for the new one");
}

// A completion as a request would cause that has outlived its socket.
thread_local std::uint64_t word_of_receive = 0;
thread_local bool forges = false;

int submit_and_forge(io_uring* ring) {
  for (unsigned i = ring->sq.sqe_head; i != ring->sq.sqe_tail; ++i) {
    const io_uring_sqe& request = ring->sq.sqes[i & ring->sq.ring_mask];
    if (request.opcode == IORING_OP_RECV && !forges) word_of_receive = request.user_data;
  }
  if (forges) {
    io_uring_sqe* request = io_uring_get_sqe(ring);
    io_uring_prep_nop(request);
    request->user_data = word_of_receive;
  }
  return ::io_uring_submit_and_get_events(ring);
}

TEST_CASE("A completion of a closed socket's request does not reach the successor of its slot") {
  if (!has_uring()) return;
  RingCalls calls = kernel_ring_calls;
  calls.submit_and_get_events = submit_and_forge;
  UringBackend backend({.ring_calls = &calls, .names = {}});
  const auto turn = [&] {
    backend.wait(Instant{});
    while (backend.take_completed() != nullptr) {
    }
  };
  const Listened listened = backend.listen(0, Address::loopback_ipv4(), {});
  const auto connected = [&] {
    Peer peer = Peer::connect(listened.bound);
    AcceptOp accept;
    accept.on = listened.handle;
    backend.submit(accept);
    REQUIRE(accept.state == Op::State::completed);
    turn();
    return std::pair(accept.accepted, std::move(peer));
  };
  auto [old_socket, old_peer] = connected();
  Receiver first(old_socket);
  backend.submit(first.op);
  turn();
  REQUIRE(word_of_receive != 0);
  backend.close(old_socket);
  turn();
  auto [new_socket, new_peer] = connected();
  REQUIRE(new_socket.slot == old_socket.slot);
  Receiver second(new_socket);
  second.op.state = Op::State::in_flight;
  backend.submit(second.op);
  forges = true;
  turn();  // the forged completion says: end of stream
  forges = false;
  CHECK(second.op.state == Op::State::in_flight);
  backend.cancel(second.op);
  turn();
}

RILL_ON_URING("A turn is one system call, however many tasks asked for something") {
  Workbench bench;
  constexpr int kConnections = 40;
  std::vector<std::pair<Handle, Peer>> all;
  for (int i = 0; i < kConnections; ++i) all.push_back(bench.connected());
  for (auto& [socket, peer] : all) arm(bench, socket, peer);
  call_log = {};
  const std::string bytes = "answer";
  std::vector<std::unique_ptr<Sender>> senders;
  std::vector<std::unique_ptr<Receiver>> receivers;
  for (auto& [socket, peer] : all) {
    senders.push_back(std::make_unique<Sender>(socket, bytes));
    bench.start(senders.back()->op);
    receivers.push_back(std::make_unique<Receiver>(socket));
    bench.start(receivers.back()->op);
  }
  CHECK(call_log.count(Call::ring_turn) == 0);
  bench.turn();
  CHECK(call_log.count(Call::ring_turn) == 1);
  CHECK(call_log.count(Call::send) + call_log.count(Call::recv) == 0);
  for (const auto& sender : senders) CHECK(sender->op.result == 6);
  call_log = {};
  bench.turn();  // nothing to submit, nothing due
  CHECK(call_log.count(Call::ring_turn) == 0);
  for (auto& receiver : receivers) bench.cancel(receiver->op);
  CHECK(call_log.count(Call::ring_turn) == 0);  // the kernel's receive goes on
}

RILL_ON_URING("More requests than the ring has room for are submitted in between") {
  Workbench bench;
  const int refusal = GENERATE(0, EINTR, EAGAIN, ENOMEM);  // which pass
  CAPTURE(refusal);
  if (refusal != 0) call_log.fail(Call::ring_turn, 1, refusal, 3);
  constexpr std::size_t kListeners = 600;  // one request each; the ring has 512 entries
  std::vector<std::unique_ptr<AcceptOp>> accepts;
  std::vector<Address> addresses;
  for (std::size_t i = 0; i < kListeners; ++i) {
    const Listened listened = bench.listen();
    addresses.push_back(listened.bound);
    accepts.push_back(std::make_unique<AcceptOp>());
    accepts.back()->on = listened.handle;
    bench.start(*accepts.back());
  }
  for (const std::size_t i : {std::size_t{0}, std::size_t{511}, std::size_t{512}, kListeners - 1}) {
    const Peer peer = Peer::connect(addresses[i]);
    REQUIRE(bench.ends(*accepts[i]));
    CHECK(accepts[i]->result == 0);
  }
  for (auto& accept : accepts) {
    if (accept->state == Op::State::in_flight) bench.cancel(*accept);
  }
}

}  // namespace
}  // namespace rill::testing
