// Against other implementations of the other side: OpenSSL's s_client and s_server, and curl. Where
// a program is not installed, its tests say so and end.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "net/net.h"
#include "net/run.h"
#include "tests/lessons/common/child.h"
#include "tests/testing/testing.h"
#include "tests/tls/identities.h"

namespace rill::testing {
namespace {

bool is_missing(const std::string& program) {
  if (::access(program.c_str(), X_OK) == 0) return false;
  WARN(program << " is not installed: not tested");
  return true;
}

constexpr const char* kOpenssl = "/usr/bin/openssl";
constexpr const char* kCurl = "/usr/bin/curl";

/// A file of the test's own with `text` in it.
std::string file_with(const std::string& name, const std::string& text) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

/// Serves in this process while a child visits, which is run by a shell: `$PORT` is where.
struct Visit {
  Finished child;
  std::string fault;  ///< of the handshake or the stream, at our end
};

Visit visited_by(const std::string& command, TlsServerContext site, bool is_http) {
  Visit visit;
  const auto serve_one = [&](Listener listener) -> Task<> {
    Connection plain = co_await listener.accept();
    try {
      Connection connection = co_await tls_accept(std::move(plain), site);
      if (is_http) {
        for (std::string line; line != "\r\n";) line = co_await connection.readline();
        co_await connection.sendall("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n");
        // No farewell of ours: curl, which has all it asked for, may be gone before it.
      }
      for (;;) {
        const std::string data = co_await connection.recv(4096);
        if (data.empty()) break;
        if (!is_http) co_await connection.sendall("echo: " + data);
      }
    } catch (const TlsError& error) {
      visit.fault = error.reason();
    } catch (const NetError& error) {
      visit.fault = error.what();
    }
  };
  const auto main = [&]() -> Task<> {
    Listener listener("127.0.0.1", 0);
    const std::string port = std::to_string(listener.address().port);
    TaskRef serving = spawn(serve_one(std::move(listener)));
    Child child({"/bin/sh", "-c", "PORT=" + port + "; " + command});
    const Outcome outcome =
        co_await timeout(seconds(25), [&]() -> Task<> { co_await join(serving); }());
    CHECK(outcome == Outcome::finished);
    if (outcome != Outcome::finished) co_await kill(serving);
    visit.child = child.finish();
  };
  run(main());
  return visit;
}

std::string s_client(const std::string& flags) {
  return "(echo ping; sleep 1) | openssl s_client -connect 127.0.0.1:$PORT -servername server "
         "-verify_return_error -verify_hostname server -CAfile " +
         testdata_path("authority.pem") + " -quiet -no_ign_eof " + flags + " 2>&1";
}

TEST_CASE("openssl s_client talks to our server, over TLS 1.2 and 1.3", "[tls]") {
  if (is_missing(kOpenssl)) return;
  for (const std::string identity : {"server", "rsa", "chained"}) {
    for (const std::string flags :
         {"-tls1_2", "-tls1_3", "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256"}) {
      const Visit visit = visited_by(s_client(flags), server_identity(identity), false);
      INFO(identity << " " << flags << ": " << visit.child.out << visit.fault);
      CHECK(visit.child.out.find("echo: ping") != std::string::npos);
      CHECK(visit.fault.empty());
    }
  }
}

TEST_CASE("TLS 1.1, weak ciphers and renegotiation are refused", "[tls]") {
  if (is_missing(kOpenssl)) return;
  const Visit old =
      visited_by(s_client("-tls1_1 -cipher DEFAULT@SECLEVEL=0"), server_identity(), false);
  INFO(old.child.out);
  CHECK(old.fault == "no version of TLS that both accept");
  const Visit weak =
      visited_by(s_client("-tls1_2 -cipher AES128-SHA"), server_identity("rsa"), false);
  CHECK(weak.fault == "no cipher, key exchange or signature that both accept");
  // s_client renegotiates at a line "R". We answer with an alert, and the stream goes on.
  const Visit again = visited_by(
      "(echo ping; sleep 1; echo R; sleep 1) | openssl s_client -connect 127.0.0.1:$PORT -tls1_2 "
      "-CAfile " +
          testdata_path("authority.pem") + " 2>&1",
      server_identity(), false);
  INFO(again.child.out);
  CHECK(again.child.out.find("echo: ping") != std::string::npos);
  CHECK(again.child.out.find("RENEGOTIATING") != std::string::npos);
  CHECK(again.child.out.find("no renegotiation") != std::string::npos);
}

TEST_CASE("a client that asks for new keys (KeyUpdate) is answered", "[tls]") {
  if (is_missing(kOpenssl)) return;
  // s_client sends a KeyUpdate at a line "K", and asks for ours.
  const Visit visit = visited_by(
      "(echo ping; sleep 1; echo K; sleep 1; echo pong; sleep 1) | openssl s_client -connect "
      "127.0.0.1:$PORT -tls1_3 -CAfile " +
          testdata_path("authority.pem") + " 2>&1",
      server_identity(), false);
  INFO(visit.child.out);
  CHECK(visit.child.out.find("KEYUPDATE") != std::string::npos);
  CHECK(visit.child.out.find("echo: pong") != std::string::npos);
  CHECK(visit.fault.empty());
}

TEST_CASE("curl fetches from our server, and refuses what it should", "[tls]") {
  if (is_missing(kCurl)) return;
  const std::string curl = "curl -sS --max-time 20 --cacert " + testdata_path("authority.pem") +
                           " --resolve server:$PORT:127.0.0.1 https://server:$PORT/ 2>&1";
  const Visit good = visited_by(curl, server_identity(), true);
  INFO(good.child.out << good.fault);
  CHECK(good.child.out == "hello\n");
  CHECK(good.child.exit_code == 0);
  CHECK(good.fault.empty());
  const Visit expired = visited_by(curl, server_identity("expired"), true);
  CHECK(expired.child.exit_code == 60);  // curl(1): the certificate cannot be verified
  CHECK(expired.fault.starts_with("the peer ended it: "));
  const Visit plain =
      visited_by("curl -sS --max-time 20 http://127.0.0.1:$PORT/ 2>&1", server_identity(), true);
  CHECK(plain.fault == "the client speaks plain HTTP, and should use https://");
}

/// Our client visits `openssl s_server` with `flags`; what it gets, or the fault.
std::string visit_s_server(const std::string& flags, const std::string& host,
                           TlsClientContext trust) {
  const std::string log = file_with("s_server.log", "");
  std::string said;
  const auto main = [&]() -> Task<> {
    std::uint16_t port = 0;
    {
      Listener probe("127.0.0.1", 0);
      port = probe.address().port;
    }
    // -rev answers each line backwards. It ends with its input.
    Child server({"/bin/sh", "-c",
                  "exec openssl s_server -accept 127.0.0.1:" + std::to_string(port) +
                      " -rev -naccept 1 " + flags + " >" + log + " 2>&1"});
    for (int attempt = 0; attempt < 100; ++attempt) {
      try {
        Connection plain = co_await connect("127.0.0.1", port);
        Connection connection = co_await tls_connect(std::move(plain), trust, host);
        co_await connection.sendall("stressed\n");
        said = co_await connection.readline();
        connection.shutdown_write();
        break;
      } catch (const TlsError& error) {
        said = error.reason();
        break;
      } catch (const NetError& error) {
        if (error.error() != ECONNREFUSED) throw;
      }
      co_await sleep(100_ms);
    }
    server.signal(SIGTERM);
  };
  run(main());
  return said;
}

TEST_CASE("our client talks to openssl s_server, and refuses what it should", "[tls]") {
  if (is_missing(kOpenssl)) return;
  const auto identity = [](const std::string& name) {
    return "-cert " + testdata_path(name + ".pem") + " -cert_chain " +
           testdata_path(name + ".pem") + " -key " + testdata_path(name + ".key");
  };
  for (const std::string flags : {"-tls1_2", "-tls1_3", ""}) {
    INFO(flags);
    CHECK(visit_s_server(identity("server") + " " + flags, "localhost", trusting_client()) ==
          "desserts\n");
  }
  CHECK(visit_s_server(identity("chained"), "127.0.0.1", trusting_client()) == "desserts\n");
  CHECK(visit_s_server(identity("expired"), "localhost", trusting_client()) ==
        "its certificate has expired");
  CHECK(visit_s_server(identity("server"), "elsewhere", trusting_client()) ==
        "its certificate is for other hosts, not for elsewhere");
  CHECK(visit_s_server(identity("server") + " -tls1_1 -cipher DEFAULT@SECLEVEL=0", "localhost",
                       trusting_client()) == "no version of TLS that both accept");
  CHECK(visit_s_server(identity("weak") + " -cipher DEFAULT@SECLEVEL=0", "localhost",
                       trusting_client())
            .starts_with("its certificate is not accepted: "));
  // Nobody of the system's authorities has signed these.
  CHECK(visit_s_server(identity("server"), "localhost", TlsClientContext()) ==
        "its certificate is signed by nobody whom we trust");
}

}  // namespace
}  // namespace rill::testing
