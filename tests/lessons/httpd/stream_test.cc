// What one connection may carry: requests in a row, in any pieces; bodies that nobody wants; and
// requests that two servers could read differently, of which none may be answered twice.
#include "lessons/httpd/memory_site.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

const std::string kHost = "Host: server\r\n";
const std::string kPost = "POST / HTTP/1.1\r\n" + kHost;

MemorySite site() {
  MemorySite site;
  site.set("a", "first");
  site.set("b", "second");
  site.set("long", std::string(100'000, 'x'));
  return site;
}

std::string ask(const std::string& bytes, std::string_view methods = "G") {
  MemorySite files = site();
  return statuses(talk(files, bytes).received, methods);
}

TEST_CASE("pipelined requests are answered in their order", "[httpd]") {
  MemorySite files = site();
  const std::string received =
      talk(files, get("/a") + get("/long") + get("/none") + get("/b") + get("/a")).received;
  const std::vector<Reply> all = replies(received);
  REQUIRE(all.size() == 5);
  CHECK(all[0].body == "first");
  CHECK(all[1].body == std::string(100'000, 'x'));
  CHECK(all[2].status == 404);
  CHECK(all[3].body == "second");
  CHECK(all[4].body == "first");
}

TEST_CASE("a thousand pipelined requests are a thousand answers", "[httpd]") {
  std::string requests;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    requests += get(i % 3 == 0 ? "/a" : "/none");
    expected += (i > 0 ? " " : "") + std::string(i % 3 == 0 ? "200" : "404");
  }
  CHECK(ask(requests) == expected);
}

TEST_CASE("HEAD answers between others have no body", "[httpd]") {
  const std::string head = "HEAD /long HTTP/1.1\r\n" + kHost + "\r\n";
  CHECK(ask(head + get("/a") + head + get("/b"), "HGHG") == "200 200 200 200");
}

TEST_CASE("however the bytes are cut, the answers are the same", "[httpd]") {
  const std::string bytes = get("/a") + kPost + "Content-Length: 5\r\n\r\nhello" + get("/b") +
                            kPost + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n" +
                            get("/none");
  MemorySite files = site();
  const std::string expected = talk(files, bytes).received;
  CHECK(statuses(expected) == "200 405 200 405 404");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    Client client;
    client.acts = {{{}, bytes.substr(0, cut)}, {5_ms, bytes.substr(cut)}};
    INFO("cut after " << cut << " bytes");
    CHECK(run_clients(files, {client}).talks[0].received == expected);
  }
  Client drip;
  for (const char byte : bytes) drip.acts.push_back({1_ms, std::string(1, byte)});
  CHECK(run_clients(files, {drip}).talks[0].received == expected);
}

TEST_CASE("the body of a request is not taken for the next request", "[httpd]") {
  const std::string inner = get("/b");
  const std::string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n";
  CHECK(ask(kPost + length + inner + get("/a")) == "405 200");
  CHECK(ask("GET /a HTTP/1.1\r\n" + kHost + length + inner + get("/b")) == "200 200");
  CHECK(ask("HEAD /a HTTP/1.1\r\n" + kHost + length + inner + get("/b"), "HG") == "200 200");
}

TEST_CASE("a request that could be read in two ways is refused, and so is what follows",
          "[httpd]") {
  const std::string smuggled = get("/b");
  const std::vector<std::string> heads = {
      "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 6\r\nContent-Length: 6\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: +5\r\n",
      "Content-Length: -5\r\n",
      "Content-Length: 0x5\r\n",
      "Content-Length: 5 5\r\n",
      "Content-Length:\r\n",
      "Content-Length : 5\r\n",
      " Content-Length: 5\r\n",
      "Content-Length: 5\r\n x\r\n",
      "Content-Length: 5\n",
      "Content-Length: 5\rX: y\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Transfer-Encoding: \x0b"
      "chunked\r\n",
      "Transfer-Encoding\r\n",
      std::string("X: \0y\r\n", 7),
  };
  for (const std::string& head : heads) {
    INFO(head);
    const std::string answered = ask(kPost + head + "\r\n0\r\n\r\n" + smuggled);
    CHECK((answered == "400 close" || answered == "501 close"));
  }
  CHECK(ask("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled) ==
        "400 close");
}

TEST_CASE("malformed chunks are refused, and so is what follows", "[httpd]") {
  const std::string chunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string body :
       {"g\r\n", "-1\r\n", "0x1\r\na\r\n0\r\n\r\n", " 1\r\na\r\n0\r\n\r\n", "1 \r\na\r\n0\r\n\r\n",
        "1\na\n0\n\n", "1\r\nab\r\n0\r\n\r\n", "\r\n", ";\r\n", "1\r\na\r\n0\r\nX : y\r\n\r\n",
        "1\r\na\r\n0\r\n\n"}) {
    INFO(body);
    CHECK(ask(chunked + body + get("/b")) == "400 close");
  }
  CHECK(ask(chunked + "11111111111111111\r\n") == "413 close");
  CHECK(ask(chunked + "1;" + std::string(20'000, 'x')) == "400 close");
  CHECK(ask(chunked + "200000\r\n" + std::string(2'000'000, 'x')) == "413 close");
}

TEST_CASE("a body that waits for 100 (Continue) is not asked for", "[httpd]") {
  const std::string waits = kPost + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n";
  CHECK(ask(waits) == "405 close");
  CHECK(ask(waits + "123456789" + get("/b")) == "405 close");
  // Without a body there is nothing to wait for.
  CHECK(ask(get("/a", "Expect: 100-continue\r\n") + get("/b")) == "200 200");
}

TEST_CASE("an answer survives input that nobody reads", "[httpd]") {
  // Closing with unread input resets the connection, and what the client has not taken by then is
  // lost (RFC 9112 9.6).
  MemorySite files = site();
  Client client;
  client.acts = {{{}, get("/long", "Connection: close\r\n") + std::string(200'000, 'x')}};
  client.reads_from = 300_ms;
  Setting setting;
  setting.network.host.receive_buffer_bytes = 20'000;
  Talk talk = run_clients(files, {client}, setting).talks[0];
  CHECK(statuses(talk.received) == "200 close");
  CHECK(talk.error == 0);

  client.acts = {{{}, kPost + "Content-Length: 99999999\r\n\r\n" + std::string(200'000, 'x')}};
  talk = run_clients(files, {client}, setting).talks[0];
  CHECK(statuses(talk.received) == "413 close");
  CHECK(talk.error == 0);
}

TEST_CASE("what one client has sent makes no difference to the next", "[httpd]") {
  // A parser is lent to one connection after the other. Up to four empty lines may come before a
  // request; those of one client must not count against another.
  MemorySite files = site();
  std::vector<Client> clients;
  for (int i = 0; i < 6; ++i) {
    Client client;
    client.half_closes = false;
    client.acts = {{1_ms * (20 * i), get("/a") + "\r\n\r\n\r\n"}};
    clients.push_back(client);
  }
  Client last;
  last.acts = {{500_ms, "\r\n\r\n\r\n\r\n" + get("/b")}};
  clients.push_back(last);
  CHECK(statuses(run_clients(files, clients).talks.back().received) == "200");
}

TEST_CASE("a client that ends its side still gets all answers", "[httpd]") {
  CHECK(ask(get("/long") + get("/long")) == "200 200");
}

}  // namespace
}  // namespace rill::httpd
