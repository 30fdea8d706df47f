// echo and httpd with --tls-cert and --tls-key, as a user has them: the binaries, on real sockets.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "net/client/client.h"
#include "net/net.h"
#include "net/run.h"
#include "tests/lessons/common/child.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"
#include "tests/tls/identities.h"

namespace rill::testing {
namespace {

const std::string kEcho = "lessons/echo/echo";
const std::string kHttpd = "lessons/httpd/httpd";
const std::string kCrawler = "lessons/crawler/crawler";

std::vector<std::string> with_tls(std::vector<std::string> command,
                                  const std::string& identity = "server") {
  for (const std::string& word : {std::string("--real"), std::string("--port"), std::string("0"),
                                  std::string("--tls-cert"), testdata_path(identity + ".pem"),
                                  std::string("--tls-key"), testdata_path(identity + ".key")}) {
    command.push_back(word);
  }
  return command;
}

TEST_CASE("the echo program serves TLS, and survives those who do not speak it", "[tls]") {
  Child server(with_tls({kEcho}));
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  {
    Socket plain(port);
    plain.send("GET / HTTP/1.1\r\n\r\n");
    CHECK_NOTHROW(plain.receive_all());
  }
  run([](std::uint16_t port) -> Task<> {
    Connection plain = co_await connect("127.0.0.1", port);
    Connection connection = co_await tls_connect(std::move(plain), trusting_client(), "127.0.0.1");
    std::string message(3'000'000, 'x');
    Group group;
    group.spawn([&]() -> Task<> {
      co_await connection.sendall(message);
      connection.shutdown_write();
    });
    std::size_t got = 0;
    for (;;) {
      const std::string data = co_await connection.recv(100'000);
      if (data.empty()) break;
      got += data.size();
    }
    CHECK(got == message.size());
    co_await group.wait();
  }(port));
  server.signal(SIGTERM);
  const Finished finished = server.finish();
  CHECK(finished.exit_code == 0);
  CHECK_THAT(finished.out,
             contains("openssl s_client -quiet -connect 127.0.0.1:" + std::to_string(port) + " "));
  CHECK(finished.out.find("the client speaks plain HTTP, and should use https://") !=
        std::string::npos);
}

TEST_CASE("what httpd says of failed handshakes stops nobody, though nobody reads it", "[tls]") {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string root = folder != nullptr ? folder : "/tmp";
  std::ofstream(root + "/small") << "small\n";
  Child server(with_tls({kHttpd, "--root", root, "--access-log", "/dev/null"}));
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  for (int i = 0; i < 1500; ++i) {  // 80 bytes of each; the pipe holds 64 KiB
    Socket plain(port);
    plain.send("GET / HTTP/1.1\r\n\r\n");
    REQUIRE_NOTHROW(plain.receive_all());
  }
  run([](std::uint16_t port) -> Task<> {
    http::FetchOptions options;
    options.trust = trusting_client();
    http::Client client(options);
    const http::Page page =
        co_await client.fetch("https://127.0.0.1:" + std::to_string(port) + "/small");
    CHECK(page.body == "small\n");
  }(port));
  server.signal(SIGTERM);
  const Finished finished = server.finish();
  CHECK(finished.exit_code == 0);
  CHECK_THAT(finished.out, contains("the client speaks plain HTTP, and should use https://"));
}

TEST_CASE("httpd serves a folder over https", "[tls]") {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string root = folder != nullptr ? folder : "/tmp";
  std::ofstream(root + "/large") << std::string(5'000'000, 'y');
  Child server(with_tls({kHttpd, "--root", root}, "chained"));
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  run([](std::uint16_t port) -> Task<> {
    http::FetchOptions options;
    options.trust = trusting_client();
    options.limits.body_bytes = 10'000'000;
    http::Client client(options);
    const std::string site = "https://127.0.0.1:" + std::to_string(port);
    http::Page page = co_await client.fetch(site + "/large");
    CHECK(page.status == 200);
    CHECK((page.body == std::string(5'000'000, 'y')));
    http::Page again = co_await client.fetch(site + "/none");
    CHECK(again.status == 404);
    CHECK(client.connections_opened() == 1);
  }(port));
  server.signal(SIGTERM);
  const Finished finished = server.finish();
  CHECK(finished.exit_code == 0);
  CHECK_THAT(finished.out, contains("open https://127.0.0.1:" + std::to_string(port) + "/ "));
}

TEST_CASE("the crawler checks an https site whose authority is its operator's own", "[tls]") {
  const ScratchFolder root;
  std::ofstream(root.path / "index.html") << "<a href=page.html>page</a>";
  std::ofstream(root.path / "page.html") << "<a href=/>home</a>";
  Child server(with_tls({kHttpd, "--root", root.path.string()}));
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  const std::string site = "https://127.0.0.1:" + std::to_string(port) + "/";
  std::ofstream(root.path / "urls") << site << "\n" << site << "page.html\n";
  const std::string authority = testdata_path("authority.pem");
  const Finished whole = run_child({kCrawler, "--real", "--quiet", "--ca-file", authority, site});
  INFO(whole.out << whole.err);
  CHECK(whole.exit_code == 0);
  CHECK(whole.out.find("pages      2, ") != std::string::npos);
  const Finished list = run_child({kCrawler, "--real", "--quiet", "--ca-file", authority, "--urls",
                                   (root.path / "urls").string()});
  INFO(list.out << list.err);
  CHECK(list.exit_code == 0);
  CHECK(list.out.find("\"ok\":2,\"failed\":0") != std::string::npos);
  const Finished refused = run_child(
      {kCrawler, "--real", "--quiet", "--ca-file", testdata_path("other_authority.pem"), site});
  INFO(refused.out << refused.err);
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("signed by nobody whom we trust") != std::string::npos);
  server.signal(SIGTERM);
  CHECK(server.finish().exit_code == 0);
}

TEST_CASE("an expired certificate is served, and told", "[tls]") {
  Child server(with_tls({kEcho}, "expired"));
  const std::string first = server.read_line();
  const std::string second = server.read_line();
  CHECK((first + second).find("expired on 1999-12-31: clients will refuse it") !=
        std::string::npos);
  server.signal(SIGTERM);
  CHECK(server.finish().exit_code == 0);
}

TEST_CASE("what cannot work is one sentence and exit code 2", "[tls]") {
  const auto refused = [](std::vector<std::string> command, const std::string& sentence) {
    const Finished finished = run_child(std::move(command));
    INFO(finished.err);
    CHECK(finished.exit_code == 2);
    CHECK(finished.err.find(sentence) != std::string::npos);
  };
  const std::string certificate = testdata_path("server.pem");
  refused({kEcho, "--real", "--tls-cert", certificate}, "--tls-cert and --tls-key go together");
  refused({kEcho, "--tls-cert", certificate, "--tls-key", testdata_path("server.key")},
          "--tls-cert is for real sockets; add --real");
  refused({kEcho, "--real", "--tls-cert", certificate, "--tls-key", testdata_path("rsa.key")},
          "does not belong to");
  refused({kHttpd, "--real", "--root", ".", "--tls-cert", "none.pem", "--tls-key", "none.key"},
          "none.pem cannot be opened: No such file or directory");
  const std::string site = "https://127.0.0.1:1/";
  refused({kCrawler, "--real", "--ca-file", "none.pem", site},
          "the file of authorities none.pem cannot be opened: No such file or directory");
  refused({kCrawler, "--real", "--ca-file", testdata_path("server.key"), site},
          "holds no certificate in PEM form");
  refused({kCrawler, "--ca-file", certificate}, "--ca-file is for https, on real sockets");
}

TEST_CASE("a real run with TLS is recorded, and replayed to the same fingerprint", "[tls]") {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string file = std::string(folder != nullptr ? folder : "/tmp") + "/tls.rec";
  std::vector<std::string> command = with_tls({kEcho});
  command.insert(command.end(), {"--record", file});
  Child server(command);
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  run([](std::uint16_t port) -> Task<> {
    Connection plain = co_await connect("127.0.0.1", port);
    Connection connection = co_await tls_connect(std::move(plain), trusting_client(), "127.0.0.1");
    co_await connection.sendall("hello\n");
    const std::string line = co_await connection.readline();
    CHECK(line == "hello\n");
  }(port));
  server.signal(SIGTERM);
  const Finished recorded = server.finish();
  CHECK(recorded.exit_code == 0);
  const Finished replayed = run_child({kEcho, "--replay", file});
  INFO(replayed.err);
  CHECK(replayed.exit_code == 0);
  const auto fingerprint = [](const std::string& out) {
    const std::size_t at = out.find("fingerprint: ");
    return at == out.npos ? "" : out.substr(at, 45);
  };
  CHECK(!fingerprint(recorded.out).empty());
  CHECK(fingerprint(recorded.out) == fingerprint(replayed.out));
}

}  // namespace
}  // namespace rill::testing
