// Conformance: bytes. What is sent arrives, in order, once, however it is cut.
#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

RILL_CONFORMANCE("bytes arrive in order, once, and nothing else") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("hello ");
  co_await pair.client.sendall("world");
  pair.client.shutdown_write();
  const std::string got = co_await recv_all(pair.server);
  CHECK(got == "hello world");
}

RILL_CONFORMANCE("both directions of a connection are independent") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("ping");
  co_await pair.server.sendall("pong!");
  const std::string at_server = co_await recv_exactly(pair.server, 4);
  const std::string at_client = co_await recv_exactly(pair.client, 5);
  CHECK(at_server == "ping");
  CHECK(at_client == "pong!");
}

RILL_CONFORMANCE("recv gives at most what was asked for, and the rest later") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("abcdef");
  const std::string first = co_await recv_exactly(pair.server, 2);
  CHECK(first == "ab");
  const std::string second = co_await recv_exactly(pair.server, 4);
  CHECK(second == "cdef");
}

RILL_CONFORMANCE("recv_into fills the caller's memory and nothing beyond") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("xyz");
  char memory[8] = {};
  std::size_t filled = 0;
  while (filled < 3) {
    const std::size_t got = co_await pair.server.recv_into({memory + filled, 3 - filled});
    CHECK(got > 0);
    filled += got;
  }
  CHECK(std::string(memory) == "xyz");
  CHECK(memory[3] == '\0');
}

RILL_CONFORMANCE("send takes at least one byte and says how many") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(1000);
  const Sent sent = co_await pair.client.send(data);
  CHECK(sent.bytes >= 1);
  CHECK(sent.bytes <= data.size());
  const std::string got = co_await recv_exactly(pair.server, sent.bytes);
  CHECK(got == data.substr(0, sent.bytes));
}

RILL_CONFORMANCE("sending nothing is legal and sends nothing") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("");
  const Sent sent = co_await pair.client.send("");
  CHECK(sent.bytes == 0);
  pair.client.shutdown_write();
  const std::string got = co_await recv_all(pair.server);
  CHECK(got.empty());
}

RILL_CONFORMANCE("ten megabytes pass through a slow reader while the loop goes on") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(10 << 20);
  Group group;
  bool is_sent = false;
  group.spawn([&]() -> Task<> {
    co_await pair.client.sendall(data);
    is_sent = true;
    pair.client.shutdown_write();
  });
  co_await sleep(5_ms);
  CHECK(!is_sent);  // the buffers between are smaller than that: backpressure
  const std::string got = co_await recv_all(pair.server);
  co_await group.wait();
  CHECK(is_sent);
  CHECK(got.size() == data.size());
  CHECK((got == data));  // not decomposed: ten megabytes are no message
}

RILL_CONFORMANCE("two floods in opposite directions do not stop each other") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(4 << 20);
  Group group;
  group.spawn([&]() -> Task<> {
    co_await pair.client.sendall(data);
    pair.client.shutdown_write();
  });
  group.spawn([&]() -> Task<> {
    co_await pair.server.sendall(data);
    pair.server.shutdown_write();
  });
  std::string at_client;
  std::string at_server;
  group.spawn([&]() -> Task<> { at_client = co_await recv_all(pair.client); });
  group.spawn([&]() -> Task<> { at_server = co_await recv_all(pair.server); });
  co_await group.wait();
  CHECK((at_client == data));
  CHECK((at_server == data));
}

RILL_CONFORMANCE("readline gives lines with their end, and the last one without") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("one\ntwo\n\nrest");
  pair.client.shutdown_write();
  for (const std::string expected : {"one\n", "two\n", "\n", "rest", "", ""}) {
    const std::string line = co_await pair.server.readline();
    CHECK(line == expected);
  }
  CHECK(pair.server.eof());
}

RILL_CONFORMANCE("readline finds an end that arrives in two pieces") {
  Pair pair = co_await connected_pair();
  Group group;
  group.spawn([&]() -> Task<> {
    co_await pair.client.sendall("GET /\r");
    co_await sleep(2_ms);
    co_await pair.client.sendall("\nHost");
    pair.client.shutdown_write();
  });
  const std::string first = co_await pair.server.readline("\r\n");
  const std::string rest = co_await pair.server.readline("\r\n");
  CHECK(first == "GET /\r\n");
  CHECK(rest == "Host");
  co_await group.wait();
}

RILL_CONFORMANCE("a line above the bound is refused, and its bytes stay") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("0123456789\n");
  pair.client.shutdown_write();
  const int error = co_await error_of(pair.server.readline("\n", 8));
  CHECK(error == EMSGSIZE);
  const std::string line = co_await pair.server.readline("\n", 11);
  CHECK(line == "0123456789\n");
}

RILL_CONFORMANCE("recv after readline gets what readline had not used") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("head\nbody");
  pair.client.shutdown_write();
  const std::string head = co_await pair.server.readline();
  const std::string body = co_await recv_all(pair.server);
  CHECK(head == "head\n");
  CHECK(body == "body");
}

}  // namespace
}  // namespace rill::conformance
