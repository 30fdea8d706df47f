// Conformance: how streams end. Expected errors were measured on Linux 6.18 over loopback.
#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

/// Long enough for a segment to cross loopback, simulated or real.
Task<> let_it_arrive() { co_await sleep(3_ms); }

RILL_CONFORMANCE("a closed peer is end of stream, again and again") {
  Pair pair = co_await connected_pair();
  pair.client.close();
  const std::string first = co_await pair.server.recv(100);
  const std::string again = co_await pair.server.recv(100);
  CHECK(first.empty());
  CHECK(again.empty());
  CHECK(pair.server.eof());
}

RILL_CONFORMANCE("after half-close the other direction goes on") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("question");
  pair.client.shutdown_write();
  const std::string question = co_await recv_all(pair.server);
  CHECK(question == "question");
  co_await pair.server.sendall("answer");
  pair.server.close();
  const std::string answer = co_await recv_all(pair.client);
  CHECK(answer == "answer");
}

RILL_CONFORMANCE("sending after our own half-close is EPIPE") {
  Pair pair = co_await connected_pair();
  pair.client.shutdown_write();
  const int error = co_await error_of(sendall_task(pair.client, "late"));
  CHECK(error == EPIPE);
}

RILL_CONFORMANCE("after the peer closed, the first send passes and the next is EPIPE") {
  Pair pair = co_await connected_pair();
  pair.server.close();
  co_await let_it_arrive();
  const int first = co_await error_of(sendall_task(pair.client, "a"));
  co_await let_it_arrive();
  const int second = co_await error_of(sendall_task(pair.client, "b"));
  CHECK(first == 0);
  CHECK(second == EPIPE);
  const std::string rest = co_await pair.client.recv(10);  // end of stream, no error
  CHECK(rest.empty());
}

RILL_CONFORMANCE("closing with unread input resets the peer") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("never read");
  co_await let_it_arrive();
  pair.server.close();
  co_await let_it_arrive();
  const int error = co_await error_of(recv_task(pair.client, 10));
  CHECK(error == ECONNRESET);
  const int later = co_await error_of(recv_task(pair.client, 10));
  CHECK(later == (ends_with_goodbye ? ECONNRESET : 0));  // reported once, then it has ended
}

RILL_CONFORMANCE("a reply sent before a close with unread input can still be read first") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("never read");
  co_await let_it_arrive();
  co_await pair.server.sendall("bye");
  co_await let_it_arrive();
  pair.server.close();
  co_await let_it_arrive();
  const std::string reply = co_await recv_exactly(pair.client, 3);
  CHECK(reply == "bye");
  const int error = co_await error_of(recv_task(pair.client, 10));
  CHECK(error == ECONNRESET);
}

RILL_CONFORMANCE("reset is seen as ECONNRESET, then as end of stream, and sends are EPIPE") {
  Pair pair = co_await connected_pair();
  pair.server.reset();
  co_await let_it_arrive();
  const int received = co_await error_of(recv_task(pair.client, 10));
  CHECK(received == ECONNRESET);
  const int later = co_await error_of(recv_task(pair.client, 10));
  CHECK(later == (ends_with_goodbye ? ECONNRESET : 0));
  const int sent = co_await error_of(sendall_task(pair.client, "x"));
  CHECK(sent == (ends_with_goodbye ? ECONNRESET : EPIPE));  // one reason for all that fails after
}

RILL_CONFORMANCE("a reset ends a recv that waits") {
  Pair pair = co_await connected_pair();
  Group group;
  int error = 0;
  group.spawn([&]() -> Task<> { error = co_await error_of(recv_task(pair.client, 10)); });
  co_await let_it_arrive();
  pair.server.reset();
  co_await group.wait();
  CHECK(error == ECONNRESET);
}

RILL_CONFORMANCE("a reset ends a sendall that waits") {
  Pair pair = co_await connected_pair();
  Group group;
  int error = 0;
  group.spawn(
      [&]() -> Task<> { error = co_await error_of(sendall_task(pair.client, pattern(16 << 20))); });
  co_await let_it_arrive();
  pair.server.reset();
  co_await group.wait();
  CHECK((error == ECONNRESET || error == EPIPE));
}

RILL_CONFORMANCE("closing a connection ends our own recv on it with ECANCELED") {
  Pair pair = co_await connected_pair();
  Group group;
  int error = 0;
  group.spawn([&]() -> Task<> { error = co_await error_of(recv_task(pair.client, 10)); });
  co_await let_it_arrive();
  pair.client.close();
  co_await group.wait();
  CHECK(error == ECANCELED);
}

RILL_CONFORMANCE("closing twice has no effect, and calls on a closed connection are EBADF") {
  Pair pair = co_await connected_pair();
  pair.client.close();
  pair.client.close();
  CHECK(!pair.client.is_open());
  const int received = co_await error_of(recv_task(pair.client, 10));
  CHECK(received == EBADF);
  const int sent = co_await error_of(sendall_task(pair.client, "x"));
  CHECK(sent == EBADF);
  CHECK_THROWS_AS(pair.client.shutdown_write(), NetError);
}

// The following four were found by tests/differential, which has no Connection in between.

RILL_CONFORMANCE("once both sides have ended, ending again is ENOTCONN") {
  Pair pair = co_await connected_pair();
  pair.client.shutdown_write();
  pair.server.shutdown_write();
  co_await let_it_arrive();
  int error = 0;
  try {
    pair.client.shutdown_write();
  } catch (const NetError& caught) {
    error = caught.error();
  }
  CHECK(error == ENOTCONN);
}

RILL_CONFORMANCE("once both sides have ended, closing with unread input resets nobody") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("never read");
  pair.client.shutdown_write();
  pair.server.shutdown_write();
  co_await let_it_arrive();
  pair.server.close();
  co_await let_it_arrive();
  const int sent = co_await error_of(sendall_task(pair.client, "x"));
  CHECK(sent == EPIPE);
  const std::string rest = co_await pair.client.recv(10);
  CHECK(rest.empty());
}

RILL_CONFORMANCE("ending our side ends our own sendall that waits, with EPIPE") {
  Pair pair = co_await connected_pair();
  Group group;
  int error = 0;
  group.spawn(
      [&]() -> Task<> { error = co_await error_of(sendall_task(pair.client, pattern(16 << 20))); });
  co_await let_it_arrive();
  pair.client.shutdown_write();
  co_await group.wait();
  CHECK(error == EPIPE);
}

RILL_CONFORMANCE("a reset after both sides have ended still cuts off what has not left") {
  Pair pair = co_await connected_pair();
  Group group;
  group.spawn([&]() -> Task<> { co_await error_of(sendall_task(pair.server, pattern(16 << 20))); });
  co_await let_it_arrive();
  pair.server.shutdown_write();
  co_await group.wait();
  pair.client.shutdown_write();
  co_await let_it_arrive();
  pair.server.reset();
  co_await let_it_arrive();
  int error = 0;
  for (std::string got = "x"; !got.empty() && error == 0;) {
    error = co_await error_of([](Connection& from, std::string& to) -> Task<> {
      to = co_await from.recv(std::size_t{1} << 20);
    }(pair.client, got));
  }
  // A layer takes little at a time. If all of that had left, and its goodbye, nothing is cut off.
  if (ends_with_goodbye && error == 0) co_return;
  CHECK(error == ECONNRESET);
}

RILL_CONFORMANCE("data sent before a clean close all arrives") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(100'000);
  Group group;
  group.spawn([&]() -> Task<> {
    co_await pair.client.sendall(data);
    pair.client.close();
  });
  const std::string got = co_await recv_all(pair.server);
  CHECK((got == data));
  co_await group.wait();
}

}  // namespace
}  // namespace rill::conformance
