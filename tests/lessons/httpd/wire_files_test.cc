// Wire suite: long files on real sockets (H10, B6, B17) and races on a real disk (H2, B16).
#include <atomic>
#include <cstdio>
#include <fstream>
#include <thread>

#include "tests/lessons/httpd/wire_suite.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

namespace fs = std::filesystem;

std::string head_of(testing::Socket& client) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string byte = client.receive(1);
    if (byte.empty()) break;
    head += byte;
  }
  return head;
}

/// All that comes, until the stream ends in any way.
std::string rest_of(testing::Socket& client) {
  std::string all;
  for (;;) {
    const std::string piece = client.receive(1 << 20);
    all += piece;
    if (piece.size() < 1 << 20) return all;
  }
}

TEST_CASE("a long file arrives whole at a client that takes little at a time", "[wire]") {
  const WireServer server;
  const std::string bytes = numbered_bytes(12 << 20);
  std::ofstream(server.root() / "long", std::ios::binary) << bytes;
  testing::Socket client(server.port());
  client.send(get("/long") + kNext);
  CHECK_THAT(head_of(client), testing::contains("Content-Length: " + std::to_string(bytes.size())));
  std::size_t at = 0;
  bool is_same = true;
  for (std::size_t piece = 1; at < bytes.size(); piece = piece * 7 % 100'003 + 1) {
    const std::string got = client.receive(std::min(piece, bytes.size() - at));
    REQUIRE_FALSE(got.empty());
    is_same = is_same && got == bytes.substr(at, got.size());
    at += got.size();
  }
  CHECK(is_same);
  CHECK_THAT(head_of(client), testing::contains("HTTP/1.1 200 OK"));
}

TEST_CASE("a long file that shrinks while it is sent never looks complete", "[wire]") {
  const WireServer server;
  constexpr std::size_t kBytes = 64 << 20;
  const fs::path path = server.root() / "long";
  std::ofstream(path).close();
  fs::resize_file(path, kBytes);
  testing::Socket client(server.port());
  client.send(get("/long") + kNext);
  CHECK_THAT(head_of(client), testing::contains("Content-Length: " + std::to_string(kBytes)));
  const std::string first = client.receive(100'000);
  fs::resize_file(path, 200'000);
  const std::string rest = rest_of(client);
  CHECK(first.size() == 100'000);
  // What the sockets held at that time arrives, and nothing behind it: no next answer either.
  CHECK(first.size() + rest.size() < kBytes);
  CHECK(rest.find("HTTP/1.1") == rest.npos);
  CHECK(statuses(server.ask(kNext)) == "200");
}

TEST_CASE("a client that takes nothing loses its connection after --write-timeout", "[wire]") {
  const WireServer server({"--write-timeout", "300ms"});
  constexpr std::size_t kBytes = 64 << 20;
  const fs::path path = server.root() / "long";
  std::ofstream(path).close();
  fs::resize_file(path, kBytes);
  testing::Socket client(server.port());
  client.send(get("/long"));
  head_of(client);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  CHECK(rest_of(client).size() < kBytes);
  CHECK(statuses(server.ask(kNext)) == "200");
}

TEST_CASE("nothing from outside is served while links and folders are swapped for two seconds",
          "[wire]") {
  const WireServer server;
  const fs::path root = server.root();
  fs::create_directory(root / "race");
  std::ofstream(root / "race/secret") << "public";
  std::ofstream(root / "race/swapped") << "public";
  fs::create_directory_symlink("..", root / "way");  // way/secret is the secret
  fs::create_symlink("../../secret", root / "race/link");
  std::atomic<bool> stops = false;
  std::thread racer([&] {
    const auto swap = [](const fs::path& a, const fs::path& b) {
      const fs::path aside = a.string() + ".aside";
      std::rename(a.c_str(), aside.c_str());
      std::rename(b.c_str(), a.c_str());
      std::rename(aside.c_str(), b.c_str());
    };
    while (!stops) {
      swap(root / "race", root / "way");
      swap(root / "race/swapped", root / "race/link");
    }
  });
  std::size_t asked = 0;
  std::size_t served = 0;
  std::size_t secrets = 0;
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::seconds(2)) {
    std::string requests;
    for (int i = 0; i < 20; ++i)
      requests += get("/race/secret") + get("/race/swapped") + get("/way/secret") + get("/race/");
    const std::string received = server.ask(requests);
    asked += 80;
    for (const Reply& reply : replies(received)) served += reply.body == "public";
    secrets += received.find("SECRET") != received.npos;
  }
  stops = true;
  racer.join();
  INFO(asked << " requests");
  CHECK(secrets == 0);
  CHECK(served > 0);
  CHECK(served < asked);
}

}  // namespace
}  // namespace rill::httpd
