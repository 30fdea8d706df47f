// Every byte, in its place (T3, T6, H10; bar B17): with windows of a few bytes, with a server that
// is stopped and continued all the time, and with files that change while they are sent.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/abuse/raw_socket.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

namespace fs = std::filesystem;

/// Stops and continues the server so many times, a few milliseconds each.
class Stuttering {
 public:
  Stuttering(Victim& server, int times)
      : thread_([&server, times] {
          for (int i = 0; i < times; ++i) {
            server.signal(SIGSTOP);
            std::this_thread::sleep_for(milliseconds(2));
            server.signal(SIGCONT);
            std::this_thread::sleep_for(milliseconds(3));
          }
        }) {}
  Stuttering(const Stuttering&) = delete;
  Stuttering& operator=(const Stuttering&) = delete;
  ~Stuttering() { thread_.join(); }

 private:
  std::thread thread_;
};

/// Reads `size_bytes` and compares them to the pattern; how many came and were right.
std::size_t receive_pattern(const RawSocket& socket, std::size_t size_bytes,
                            std::size_t piece_bytes) {
  std::size_t received = 0;
  while (received < size_bytes) {
    const std::string piece = socket.receive(std::min(piece_bytes, size_bytes - received));
    if (piece.empty() || piece != pattern(received, piece.size())) break;
    received += piece.size();
  }
  return received;
}

/// Its length as the head says it; the socket is then at the body. 0 for anything but a 200.
std::size_t begin_response(const RawSocket& socket) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string byte = socket.receive(1);
    if (byte.empty()) return 0;
    head += byte;
  }
  const std::size_t at = head.find("Content-Length: ");
  if (!head.starts_with("HTTP/1.1 200") || at == head.npos) return 0;
  return std::strtoull(head.c_str() + at + 16, nullptr, 10);
}

TEST_CASE("files and echoes arrive whole, whatever the windows and the interruptions",
          "[integrity]") {
  const std::string backend = GENERATE(from_range(backends()));
  const int window_bytes = GENERATE(0, 1);  // 1: as small as the kernel makes it, 2304 bytes
  INFO(backend << " window " << window_bytes);
  // Small windows make it slow: the kernel waits, up to 200 ms, for more of them to open.
  const auto file_bytes = static_cast<std::size_t>(window_bytes == 0 ? at_scale(8, 64) << 20
                                                                     : at_scale(256, 4096) << 10);
  const auto echo_bytes = static_cast<std::size_t>(
      window_bytes == 0 ? at_scale(16'000'000, 200'000'000) : at_scale(200'000, 4'000'000));
  SiteFolder folder;
  folder.add("file", file_bytes);
  Victim httpd(kHttpd, backend, {"--root", folder.path.string()});
  Victim echo(kEcho, backend);
  {
    const Stuttering both(httpd, at_scale(15, 150));
    const RawSocket client(httpd.port(), {.receive_buffer_bytes = window_bytes});
    REQUIRE(client.send(get("/file") + get("/file")));
    for (int i = 0; i < 2; ++i) {
      CHECK(begin_response(client) == file_bytes);
      CHECK(receive_pattern(client, file_bytes, 60'000) == file_bytes);
    }
  }
  {
    const Stuttering both(echo, at_scale(15, 150));
    const RawSocket client(echo.port(), {.receive_buffer_bytes = window_bytes});
    std::thread sender([&] {
      constexpr std::size_t kPiece = 100'000;
      for (std::size_t at = 0; at < echo_bytes; at += kPiece) {
        if (!client.send(pattern(at, std::min(kPiece, echo_bytes - at)))) return;
      }
      client.shut_write();
    });
    const std::size_t received = receive_pattern(client, echo_bytes, 60'000);
    CHECK(client.ends_cleanly());
    sender.join();
    CHECK(received == echo_bytes);
  }
  CHECK(httpd.stop() == "");
  CHECK(echo.stop() == "");
}

TEST_CASE("a file that shrinks while it is sent never looks complete", "[integrity]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  constexpr std::size_t kSize = 16 << 20;
  SiteFolder folder;
  Victim httpd(kHttpd, backend, {"--root", folder.path.string()});
  for (const std::size_t left : {0, 1, 65'536, 1'000'000, 5 << 20, (16 << 20) - 1}) {
    INFO(left);
    folder.add("file", kSize);
    const RawSocket client(httpd.port(), {.receive_buffer_bytes = 16'384});
    REQUIRE(client.send(get("/file") + get("/small")));
    REQUIRE(begin_response(client) == kSize);
    REQUIRE(receive_pattern(client, 100'000, 10'000) == 100'000);
    fs::resize_file(folder.path / "file", left);
    std::string rest;
    client.receive_to_end(rest);
    // What comes is of the file, and less than promised; and nothing that could be taken for it.
    CHECK(100'000 + rest.size() < kSize);
    CHECK(rest.find("HTTP/1.1") == rest.npos);
    CHECK(serves(httpd.port()));
  }
  CHECK(httpd.stop() == "");
}

TEST_CASE("a file that grows, vanishes or is replaced while it is sent arrives as it was",
          "[integrity]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  constexpr std::size_t kSize = 4 << 20;
  SiteFolder folder;
  Victim httpd(kHttpd, backend, {"--root", folder.path.string()});
  const fs::path file = folder.path / "file";
  for (const std::string how : {"grows", "vanishes", "is replaced"}) {
    INFO(how);
    folder.add("file", kSize);
    const RawSocket client(httpd.port(), {.receive_buffer_bytes = 16'384});
    REQUIRE(client.send(get("/file")));
    REQUIRE(begin_response(client) == kSize);
    if (how == "grows") std::ofstream(file, std::ios::app) << std::string(100'000, 'g');
    if (how == "vanishes") fs::remove(file);
    if (how == "is replaced") {
      std::ofstream(folder.path / "other") << std::string(kSize, 'o');
      fs::rename(folder.path / "other", file);
    }
    CHECK(receive_pattern(client, kSize, 60'000) == kSize);
    // And the stream is in step.
    REQUIRE(client.send(get("/small")));
    std::string body;
    CHECK(receive_response(client, &body) == 200);
    CHECK(body == pattern(0, 100));
    fs::remove(file);
  }
  CHECK(httpd.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
