// Clients that ask for megabytes and never read (T2, H6; bar B6). What such a client costs is known
// beforehand: in httpd one piece of the file (64 KiB) and its parser, in echo what one recv took,
// and in the kernel 128 KiB beyond the client's own window (net/posix/listeners.cc). With TLS, what
// net/tls/tls.h says besides.
#include <filesystem>
#include <fstream>
#include <thread>

#include "net/net.h"
#include "net/run.h"
#include "net/tls/tls.h"
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"
#include "tests/tls/identities.h"

namespace rill::abuse {
namespace {

/// Of all TCP sockets of the system, both ends: proc(5).
double kernel_memory_mib() {
  std::ifstream file("/proc/net/sockstat");
  for (std::string word; file >> word;) {
    if (word != "mem") continue;
    double pages = 0;
    file >> pages;
    return pages * 4096 / (1 << 20);
  }
  return 0;
}

/// What io_uring may have taken of what so many clients send on, before it could be told to stop:
/// on a quiet machine a fraction of it, on a busy one all (net/uring/uring_backend.h).
double unasked_mib(const std::string& backend, std::size_t count) {
  constexpr double kEachMib = (64 + 32 * 16) / 1024.0;
  return backend == "uring" ? static_cast<double>(count) * kEachMib : 0;
}

/// What they cost once nothing moves any more; on a busy machine, `more_mib` more.
void check_cost(const std::string& what, const Victim& server, const Cost& before,
                std::size_t count, int most_mib = 16, double more_mib = 8) {
  CHECK(server.wait_until_idle());
  const Cost stuffed = server.cost();
  const auto then = Clock::now();
  std::this_thread::sleep_for(milliseconds(at_scale(1000, 5000)));
  const double cpu = server.cpu_percent(stuffed, then);
  const double memory = server.cost().memory_mib - before.memory_mib;
  CHECK(figure(what + ", memory", memory, "MiB", "<= " + std::to_string(most_mib),
               memory <= most_mib));
  CHECK(
      figure(what + ", memory each", memory * 1024 / static_cast<double>(count), "KiB", "", true));
  CHECK(figure(what + ", CPU", cpu, "%", "< 2", cpu < 2));
  CHECK((kIsSanitized || memory <= most_mib + more_mib));
  CHECK(cpu < 10);
}

TEST_CASE("httpd holds one piece of a file for a client that does not read it", "[never reading]") {
  const std::string backend = GENERATE(from_range(backends()));
  const std::string workers = GENERATE("1", "2");
  INFO(backend << ", workers: " << workers);
  const SiteFolder folder;
  std::ofstream(folder.path / "huge").close();
  std::filesystem::resize_file(folder.path / "huge", 64 << 20);
  Victim httpd(kHttpd, backend,
               {"--root", folder.path.string(), "--write-timeout", "60", "--workers", workers});
  REQUIRE(serves(httpd.port()));
  const std::size_t count = 200;
  const Cost before = httpd.cost();
  const double kernel_before = kernel_memory_mib();
  Swarm swarm(httpd.port());
  REQUIRE(swarm.connect({.opening = get("/huge"), .reads = Manner::Reads::nothing}, count));
  swarm.run_for(milliseconds(at_scale(500, 2000)));
  const std::string what =
      backend + ": httpd, " + (workers == "1" ? "" : "2 workers, ") + "200 x 64 MiB unread";
  check_cost(what, httpd, before, count);
  const double kernel = (kernel_memory_mib() - kernel_before) * 1024 / count;
  CHECK(figure(what + ", kernel, both ends, each", kernel, "KiB", "<= 384", kernel <= 384));
  CHECK(serves(httpd.port()));
  CHECK(swarm.ended() == 0);
  swarm.reset_all();
  CHECK(httpd.wait_for_descriptors(before.descriptors));
  CHECK(httpd.stop() == "");
}

TEST_CASE("echo holds one recv's bytes for a client that sends on and does not read",
          "[never reading]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  Victim echo(kEcho, backend);
  REQUIRE(echoes(echo.port()));
  const std::size_t count = 50;
  const Cost before = echo.cost();
  Swarm swarm(echo.port());
  REQUIRE(swarm.connect({.reads = Manner::Reads::nothing}, count));
  const std::string megabyte(1 << 20, 'm');
  for (int i = 0; i < 32; ++i) {
    swarm.say(megabyte);
    swarm.run_for(milliseconds(10));
  }
  check_cost(backend + ": echo, 50 x 32 MiB unread", echo, before, count, 16,
             8 + unasked_mib(backend, count));
  CHECK(echoes(echo.port()));
  swarm.reset_all();
  CHECK(echo.wait_for_descriptors(before.descriptors));
  CHECK(echo.stop() == "");
}

/// Clients with TLS that send `text`, as far as it goes, and never read what comes back. `look` is
/// called when all have done so.
Task<> stuff(std::uint16_t port, std::size_t count, std::string text, std::function<void()> look) {
  const TlsClientContext trust = testing::trusting_client();
  std::vector<Connection> clients;
  for (std::size_t i = 0; i < count; ++i) {
    Connection plain = co_await connect("127.0.0.1", port);
    Connection client = co_await tls_connect(std::move(plain), trust, "127.0.0.1");
    clients.push_back(std::move(client));
  }
  Group senders;
  for (Connection& client : clients) {
    senders.spawn([](Connection& to, std::string_view bytes) -> Task<> {
      co_await timeout(milliseconds(300), [&]() -> Task<> { co_await to.sendall(bytes); }());
    }(client, text));
  }
  co_await senders.wait();
  look();  // which blocks this thread, and so them
  for (Connection& client : clients) client.reset();
}

TEST_CASE("over TLS, too, a client that never reads costs what is known beforehand",
          "[never reading]") {
  const std::string backend = GENERATE(from_range(backends()));
  const bool is_http = GENERATE(true, false);
  INFO(backend);
  const SiteFolder folder;
  std::ofstream(folder.path / "huge").close();
  std::filesystem::resize_file(folder.path / "huge", 64 << 20);
  std::vector<std::string> arguments = {"--tls-cert", testing::testdata_path("server.pem"),
                                        "--tls-key", testing::testdata_path("server.key")};
  if (is_http) {
    for (const std::string& word : {std::string("--root"), folder.path.string(),
                                    std::string("--write-timeout"), std::string("60")}) {
      arguments.push_back(word);
    }
  }
  Victim server(is_http ? kHttpd : kEcho, backend, arguments);
  const std::size_t count = is_http ? 200 : 50;
  const std::string text = is_http ? get("/huge") : std::string(32 << 20, 'm');
  // So that OpenSSL has what it makes once.
  run(stuff(server.port(), 1, text, [] {}));
  CHECK(server.wait_until_idle());
  const Cost before = server.cost();
  run(stuff(server.port(), count, text, [&] {
    check_cost(backend + (is_http ? ": httpd" : ": echo") + " over TLS, unread", server, before,
               count, is_http ? 34 : 16, 8 + (is_http ? 0 : unasked_mib(backend, count)));
  }));
  CHECK(server.wait_for_descriptors(before.descriptors));
  CHECK(server.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
