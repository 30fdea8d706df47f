// Clients that go, or stop half-way, at every point of a conversation (T1, T3, T4, T6), against the
// real programs: each costs itself its connection, and nobody else anything.
#include <csignal>
#include <thread>

#include "tests/abuse/raw_socket.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

std::vector<std::string> rooted(const SiteFolder& folder) {
  return {"--root", folder.path.string()};
}

/// Ways to end a conversation of which `bytes` were sent.
enum class Goes : std::uint8_t { closing, resetting, half_closing_then_resetting };

void go(RawSocket& client, Goes how) {
  if (how == Goes::half_closing_then_resetting) client.shut_write();
  how == Goes::closing ? client.close() : client.reset();
}

TEST_CASE("httpd survives clients that go after any byte of a request or of its answer",
          "[phases]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  SiteFolder folder;
  folder.add("large", 4 << 20);
  Victim httpd(kHttpd, backend, rooted(folder));
  REQUIRE(serves(httpd.port()));
  const std::size_t before = httpd.cost().descriptors;
  const std::string conversation =
      get("/small") +
      "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n"
      "\r\n" +
      get("/large");
  std::size_t gone = 0;
  for (const Goes how : {Goes::closing, Goes::resetting, Goes::half_closing_then_resetting}) {
    for (std::size_t sent = 0; sent <= conversation.size(); ++sent) {
      RawSocket client(httpd.port());
      REQUIRE(client.send(conversation.substr(0, sent)));
      // With some of them the server has read that far, and waits.
      if (sent % 8 == 1) std::this_thread::sleep_for(milliseconds(1));
      go(client, how);
      ++gone;
    }
    // In mid-answer: the first bytes were read, megabytes are pending.
    for (const std::size_t taken : {1, 100, 5000, 70'000, 1'000'000}) {
      RawSocket client(httpd.port());
      REQUIRE(client.send(get("/large") + get("/large")));
      CHECK(client.receive(taken).size() == taken);
      go(client, how);
      ++gone;
    }
    CHECK(serves(httpd.port()));
  }
  CHECK(gone > 300);
  CHECK(httpd.wait_for_descriptors(before));
  CHECK(httpd.stop() == "");
}

TEST_CASE("echo survives clients that go with bytes on their way in both directions", "[phases]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  Victim echo(kEcho, backend);
  REQUIRE(echoes(echo.port()));
  const std::size_t before = echo.cost().descriptors;
  const std::string megabyte = pattern(0, 1 << 20);
  for (const Goes how : {Goes::closing, Goes::resetting, Goes::half_closing_then_resetting}) {
    for (int i = 0; i < at_scale(20, 200); ++i) {
      RawSocket idle(echo.port());
      RawSocket half(echo.port());
      RawSocket stuffed(echo.port(), {.receive_buffer_bytes = 4096});
      REQUIRE(half.send("some bytes"));
      if (i % 2 == 0) CHECK(half.receive(4) == "some");
      // As much as goes without reading: its echo waits in the server.
      const auto size = static_cast<std::size_t>(1 + i * 997 % 100'000);
      REQUIRE(stuffed.send(std::string_view(megabyte).substr(0, size)));
      for (RawSocket* client : {&idle, &half, &stuffed}) go(*client, how);
    }
    CHECK(echoes(echo.port()));
  }
  CHECK(echo.wait_for_descriptors(before));
  CHECK(echo.stop() == "");
}

TEST_CASE("who ends his side first still gets everything that was sent before", "[phases]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  SiteFolder folder;
  folder.add("large", 4 << 20);
  Victim httpd(kHttpd, backend, rooted(folder));
  Victim echo(kEcho, backend);
  {
    const RawSocket client(httpd.port());
    REQUIRE(client.send(get("/small") + get("/large") + get("/small")));
    client.shut_write();
    std::string body;
    CHECK(receive_response(client) == 200);
    CHECK(receive_response(client, &body) == 200);
    CHECK(body == pattern(0, 4 << 20));
    CHECK(receive_response(client, &body) == 200);
    CHECK(body == pattern(0, 100));
    CHECK(client.ends_cleanly());
  }
  {
    // More than the kernel holds, so that the end is queued behind data on either side.
    const RawSocket client(echo.port());
    const std::string sent = pattern(0, 8 << 20);
    std::thread sender([&] {
      client.send(sent);
      client.shut_write();
    });
    std::string echoed;
    CHECK(client.receive_to_end(echoed));
    sender.join();
    CHECK(echoed == sent);
  }
  {
    // Ends his side, and takes a long time to read.
    const RawSocket client(echo.port(), {.receive_buffer_bytes = 4096});
    REQUIRE(client.send(pattern(0, 60'000)));
    client.shut_write();
    std::this_thread::sleep_for(milliseconds(300));
    std::string echoed;
    CHECK(client.receive_to_end(echoed));
    CHECK(echoed == pattern(0, 60'000));
  }
  CHECK(httpd.stop() == "");
  CHECK(echo.stop() == "");
}

TEST_CASE("requests that come byte by byte are answered as if they came at once", "[phases]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  const SiteFolder folder;
  Victim httpd(kHttpd, backend, rooted(folder));
  const RawSocket client(httpd.port());
  const std::string request =
      "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
      "\r\nGET /small?q HTTP/1.1\r\nHost: a\r\n\r\n";
  for (int i = 0; i < at_scale(20, 200); ++i) {
    for (const char byte : request) REQUIRE(client.send(std::string_view(&byte, 1)));
    CHECK(receive_response(client) == 405);
    std::string body;
    CHECK(receive_response(client, &body) == 200);
    CHECK(body == pattern(0, 100));
  }
  CHECK(httpd.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
