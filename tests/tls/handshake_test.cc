// Handshakes, good and bad, on the simulated network: who is believed, and what is said otherwise.
#include "tests/testing/testing.h"
#include "tests/tls/simulated.h"

namespace rill::testing {
namespace {

/// What became of a handshake: "" or the fault and its sentence, at either end.
struct Meeting {
  std::string server;
  std::string client;
};

Task<> note_fault(End end, Connection connection, std::string& said) {
  try {
    co_await end(std::move(connection));
  } catch (const TlsError& error) {
    said = std::string(to_string(error.fault())) + ": " + error.reason();
    CHECK(error.error() == (error.fault() == TlsFault::cut_off ? ECONNRESET : EPROTO));
    CHECK(std::string(error.what()).starts_with("TLS with "));
  } catch (const NetError& error) {
    said = "NetError";
  }
}

Meeting meet(const End& server, const End& client) {
  Meeting meeting;
  play_simulated(
      [&](Connection c) -> Task<> { return note_fault(server, std::move(c), meeting.server); },
      [&](Connection c) -> Task<> { return note_fault(client, std::move(c), meeting.client); });
  return meeting;
}

Task<> greet(Connection connection) {
  co_await connection.sendall("hello from the server");
  connection.shutdown_write();
  const std::string answer = co_await read_all(connection);
  CHECK(answer == "hello from the client");
}
Task<> answer(Connection connection) {
  const std::string greeting = co_await read_all(connection);
  CHECK(greeting == "hello from the server");
  co_await connection.sendall("hello from the client");
}

/// A server that nobody should believe.
Meeting meet_server(const std::string& identity, const std::string& host = "server") {
  return meet(with_tls(server_identity(identity), greet),
              with_tls(trusting_client(), host, answer));
}

void check_refused(const Meeting& meeting, const std::string& why) {
  CHECK(meeting.client == "bad_certificate: its certificate " + why);
  CHECK(meeting.server.starts_with("refused: the peer ended it: "));
}

TEST_CASE("a server with a good certificate and its client understand each other", "[tls]") {
  for (const std::string identity : {"server", "rsa", "chained"}) {
    INFO(identity);
    const Meeting meeting = meet_server(identity);
    CHECK(meeting.client.empty());
    CHECK(meeting.server.empty());
  }
}

TEST_CASE("TLS 1.2 and TLS 1.3 both work, and with the other side's choice too", "[tls]") {
  for (const TlsVersion version : {TlsVersion::tls_1_2, TlsVersion::tls_1_3}) {
    for (const bool is_clients_choice : {false, true}) {
      const TlsOptions one = only(version);
      const Meeting meeting =
          meet(with_tls(server_identity("server", is_clients_choice ? TlsOptions() : one), greet),
               with_tls(trusting_client(is_clients_choice ? one : TlsOptions()), "server", answer));
      CHECK(meeting.client.empty());
      CHECK(meeting.server.empty());
    }
  }
}

TEST_CASE("versions that differ are told on both sides", "[tls]") {
  const Meeting meeting =
      meet(with_tls(server_identity("server", only(TlsVersion::tls_1_3)), greet),
           with_tls(trusting_client(only(TlsVersion::tls_1_2)), "server", answer));
  CHECK(meeting.client == "no_agreement: no version of TLS that both accept");
  CHECK(meeting.server == "no_agreement: no version of TLS that both accept");
}

TEST_CASE("the certificate must be for the host that the client means", "[tls]") {
  check_refused(meet_server("server", "other"), "is for other hosts, not for other");
  check_refused(meet_server("server", "10.0.0.9"), "is for other hosts, not for 10.0.0.9");
  check_refused(meet_server("server", "a.b.wild.example"),
                "is for other hosts, not for a.b.wild.example");
  for (const std::string host : {"localhost", "localhost.", "10.0.0.1", "a.wild.example"}) {
    INFO(host);
    const Meeting meeting = meet_server("server", host);
    CHECK(meeting.client.empty());
  }
}

TEST_CASE("a certificate out of its time is refused, by the clock of the client's host", "[tls]") {
  check_refused(meet_server("expired"), "has expired");
  check_refused(meet_server("early"), "is not valid yet");
}

TEST_CASE("a certificate by nobody known is refused", "[tls]") {
  check_refused(meet_server("untrusted"), "is signed by nobody whom we trust");
  check_refused(meet_server("self_signed"), "is signed by itself, and by nobody whom we trust");
}

TEST_CASE("whoever trusts a self-signed certificate as an authority may use it", "[tls]") {
  const Meeting meeting =
      meet(with_tls(server_identity("self_signed"), greet),
           with_tls(TlsClientContext::trusting(testdata("self_signed.pem")), "server", answer));
  CHECK(meeting.client.empty());
}

TEST_CASE("an application protocol that the server does not have is refused", "[tls]") {
  TlsOptions other;
  other.protocol = "h2";
  TlsOptions none;
  none.protocol.clear();
  const Meeting meeting =
      meet(with_tls(server_identity(), greet), with_tls(trusting_client(other), "server", answer));
  CHECK(meeting.client == "no_agreement: no application protocol in common (ALPN)");
  CHECK(meeting.server == "no_agreement: no application protocol in common (ALPN)");
  for (const auto& [server, client] : {std::pair{none, other}, std::pair{TlsOptions(), none}}) {
    const Meeting quiet = meet(with_tls(server_identity("server", server), greet),
                               with_tls(trusting_client(client), "server", answer));
    CHECK(quiet.client.empty());
  }
}

/// A peer that says `bytes`, listens to what comes, and ends.
End saying(std::string bytes) {
  return [bytes = std::move(bytes)](Connection connection) -> Task<> {
    co_await connection.sendall(bytes);
    connection.shutdown_write();
    co_await read_all(connection);
  };
}

TEST_CASE("what is no TLS is told as what it is", "[tls]") {
  const auto to_server = [](const std::string& bytes) {
    return meet(served(greet), saying(bytes)).server;
  };
  CHECK(to_server("GET / HTTP/1.1\r\nHost: server\r\n\r\n") ==
        "not_tls: the client speaks plain HTTP, and should use https://");
  CHECK(to_server("SSH-2.0-OpenSSH_9.2\r\n") == "not_tls: the client does not speak TLS");
  CHECK(to_server("") == "cut_off: the peer closed the connection during the handshake");
  CHECK(to_server("\x16\x03\x01") ==
        "cut_off: the peer closed the connection during the handshake");
  CHECK(meet(saying("HTTP/1.1 400 Bad Request\r\n\r\n"), visiting(answer)).client ==
        "not_tls: the server does not speak TLS at this port");
  CHECK(meet(saying(""), visiting(answer)).client ==
        "cut_off: the peer closed the connection during the handshake");
}

TEST_CASE("garbage of any kind ends the handshake and nothing else", "[tls]") {
  for (std::uint64_t salt = 0; salt < 300; ++salt) {
    std::string bytes = pattern_bytes(1 + scatter(salt) % 600, salt);
    if (salt % 3 == 1) bytes.replace(0, 5, std::string("\x16\x03\x01\x00\x50", 5));
    if (salt % 3 == 2) bytes.replace(0, 6, std::string("\x16\x03\x01\x02\x00\x01", 6));
    CHECK(!meet(served(greet), saying(bytes)).server.empty());
    CHECK(!meet(saying(bytes), visiting(answer)).client.empty());
  }
}

TEST_CASE("a handshake cut at any byte is an error at once", "[tls]") {
  for (std::size_t cut = 0; cut < 850; cut += 7) {
    const Path back = [cut](Connection& from, Connection& to) -> Task<> {
      for (std::size_t left = cut; left > 0;) {
        const std::string data = co_await from.recv(left);
        co_await to.sendall(data);
        left -= data.size();
      }
    };
    const Meeting meeting = meet(in_the_middle(served(greet), back), visiting(answer));
    INFO("after " << cut << " bytes: " << meeting.client);
    CHECK(meeting.client == "cut_off: the peer closed the connection during the handshake");
  }
}

TEST_CASE("a host name that cannot be one is refused before anything is sent", "[tls]") {
  const auto refused = [](const std::string& host) {
    bool is_refused = false;
    play_simulated(
        [](Connection connection) -> Task<> {
          const std::string said = co_await read_all(connection);
          CHECK(said.empty());
        },
        [&](Connection connection) -> Task<> {
          try {
            co_await tls_connect(std::move(connection), trusting_client(), host);
          } catch (const TlsSetupError&) {
            is_refused = true;
          }
        });
    return is_refused;
  };
  CHECK(refused(""));
  CHECK(refused(std::string("server\0.evil", 12)));
  CHECK(refused(std::string(300, 'a')));
}

}  // namespace
}  // namespace rill::testing
