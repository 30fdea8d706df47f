// What cannot work is told when it is set up, in one sentence that says what to do.
#include <cstdio>
#include <fstream>

#include "tests/testing/testing.h"
#include "tests/tls/simulated.h"

namespace rill::testing {
namespace {

template <class F>
std::string sentence_of(F set_up) {
  try {
    set_up();
  } catch (const TlsSetupError& error) {
    return error.what();
  }
  return "";
}

std::string of_files(const std::string& certificate, const std::string& key) {
  std::string said = sentence_of(
      [&] { TlsServerContext::from_files(testdata_path(certificate), testdata_path(key)); });
  for (std::size_t at = 0; (at = said.find("tests/tls/testdata/")) != said.npos;)
    said.erase(at, 19);
  return said;
}

TEST_CASE("each thing that is wrong with a certificate or key has its sentence", "[tls]") {
  CHECK(of_files("server.pem", "server.key").empty());
  CHECK(of_files("nowhere.pem", "server.key") ==
        "the certificate file nowhere.pem cannot be opened: No such file or directory");
  CHECK(of_files("server.pem", "nowhere.key") ==
        "the key file nowhere.key cannot be opened: No such file or directory");
  CHECK(of_files("server.key", "server.key") ==
        "the certificate file server.key holds no certificate in PEM form (BEGIN CERTIFICATE)");
  CHECK(of_files("server.pem", "server.pem") ==
        "the key file server.pem holds no private key in PEM form (BEGIN PRIVATE KEY)");
  CHECK(of_files("server.pem", "rsa.key") ==
        "the key file rsa.key does not belong to the certificate file server.pem, whose first "
        "certificate must be the server's own");
  CHECK(of_files("server.pem", "encrypted.key") ==
        "the key file encrypted.key is encrypted, and nobody is asked for a passphrase: decrypt it "
        "with `openssl pkey -in FILE -out PLAIN`, readable by the server alone");
  CHECK(of_files("weak.pem", "weak.key") ==
        "the key file weak.key is too small to be safe: RSA needs 2048 bits");
  CHECK(of_files("", "server.key") == "the certificate file  cannot be read: Is a directory");
}

TEST_CASE("damaged PEM text is told, not read as less", "[tls]") {
  const std::string good = testdata("server.pem");
  std::string damaged = good;
  damaged[100] = '!';
  const auto said = [](const std::string& certificates) {
    return sentence_of([&] { TlsServerContext(certificates, testdata("server.key")); });
  };
  CHECK(said(good).empty());
  CHECK(said(damaged).starts_with("the certificate holds a certificate that cannot be read: "));
  CHECK(said(good + damaged).starts_with("the certificate holds a certificate that cannot be "));
  CHECK(said(good.substr(0, 300)).starts_with("the certificate holds a certificate that cannot "));
  CHECK(sentence_of([&] {
          TlsClientContext::trusting(damaged);
        }).starts_with("the trusted authorities holds a certificate that cannot be read: "));
}

TEST_CASE("an expired certificate is allowed, and told", "[tls]") {
  const WallTime today{1'795'000'000'000'000'000};  // in 2026
  const std::string path = "tests/tls/testdata/";
  CHECK(server_identity().validity_warning(today).empty());
  CHECK(server_identity("expired").validity_warning(today) ==
        "the certificate file " + path +
            "expired.pem expired on 1999-12-31: clients will refuse it");
  CHECK(server_identity("early").validity_warning(today) ==
        "the certificate file " + path +
            "early.pem is not valid before 2098-01-01: clients will refuse it until then");
}

TEST_CASE("in a simulated run there is no system whose authorities to trust", "[tls]") {
  std::string said;
  play_simulated([](Connection connection) -> Task<> { co_await read_all(connection); },
                 [&](Connection connection) -> Task<> {
                   try {
                     co_await tls_connect(std::move(connection), TlsClientContext(), "server");
                   } catch (const TlsSetupError& error) {
                     said = error.what();
                   }
                 });
  CHECK(said ==
        "a simulated run has no system whose authorities to trust: use "
        "TlsClientContext::trusting()");
}

TEST_CASE("TLS within TLS is refused", "[tls]") {
  CHECK_THROWS_AS(play_simulated(served([](Connection connection) -> Task<> {
                                   co_await tls_accept(std::move(connection), server_identity());
                                 }),
                                 visiting([](Connection connection) -> Task<> {
                                   co_await connection.recv(1);
                                 })),
                  UsageError);
}

}  // namespace
}  // namespace rill::testing
