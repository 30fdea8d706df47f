// What TLS costs: the same conversation over loopback, plain and with TLS, turn by turn, both ends
// in this process; and full handshakes, against the private-key and key-exchange operations that
// one takes at least (`openssl speed ecdsap256 ecdhx25519` on this machine). Ratios are what
// counts.
//
//   bazel run //tests/bench:tls
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

#include "net/net.h"
#include "net/run.h"
#include "tests/tls/identities.h"

namespace rill::testing {
namespace {

constexpr int kTurns = 7;

double seconds_of(const std::function<Task<>()>& body) {
  const std::clock_t begin = std::clock();
  run(body());
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

struct Pair {
  Connection client;
  Connection server;
};

Task<Pair> connected() {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  co_return Pair{std::move(client), std::move(server)};
}

Task<> shake_hands(Pair& pair, const TlsServerContext& site, const TlsClientContext& trust) {
  Group group;
  group.spawn([&]() -> Task<> { co_await tls_begin(pair.server, site); });
  co_await tls_begin(pair.client, trust, "localhost");
  co_await group.wait();
}

Task<> echo(Connection& connection) {
  for (;;) {
    const std::string data = co_await connection.recv(65536);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

/// `rounds` messages there and back.
Task<> converse(bool is_tls, std::size_t size_bytes, int rounds, const TlsServerContext& site,
                const TlsClientContext& trust) {
  Pair pair = co_await connected();
  if (is_tls) co_await shake_hands(pair, site, trust);
  Group group;
  group.spawn([&]() -> Task<> { co_await echo(pair.server); });
  const std::string message(size_bytes, 'x');
  for (int i = 0; i < rounds; ++i) {
    co_await pair.client.sendall(message);
    for (std::size_t got = 0; got < size_bytes;) {
      const std::string data = co_await pair.client.recv(65536);
      got += data.size();
    }
  }
  pair.client.shutdown_write();
  co_await group.wait();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

void compare(const char* what, std::size_t size_bytes, int rounds, const TlsServerContext& site,
             const TlsClientContext& trust) {
  std::vector<double> ratios;
  std::vector<double> plain_us;
  for (int turn = 0; turn < kTurns; ++turn) {
    const double plain =
        seconds_of([&] { return converse(false, size_bytes, rounds, site, trust); });
    const double tls = seconds_of([&] { return converse(true, size_bytes, rounds, site, trust); });
    ratios.push_back(tls / plain);
    plain_us.push_back(plain / rounds * 1e6);
  }
  std::printf("%-22s %6.1f us plain, TLS %5.2f times that\n", what, median(plain_us),
              median(ratios));
}

void count_handshakes(const char* what, const TlsServerContext& site,
                      const TlsClientContext& trust) {
  constexpr int kHandshakes = 200;
  std::vector<double> rates;
  for (int turn = 0; turn < kTurns; ++turn) {
    const double took = seconds_of([&]() -> Task<> {
      for (int i = 0; i < kHandshakes; ++i) {
        Pair pair = co_await connected();
        co_await shake_hands(pair, site, trust);
      }
    });
    rates.push_back(kHandshakes / took);
  }
  std::printf("%-22s %6.0f a second, both ends in one thread\n", what, median(rates));
}

long resident_bytes() {
  long pages = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr || std::fscanf(file, "%*d %ld", &pages) != 1) return 0;
  std::fclose(file);
  return pages * ::sysconf(_SC_PAGESIZE);
}

/// Of connections that have moved a record, and now wait for more, at both ends.
void weigh(const TlsServerContext& site, const TlsClientContext& trust) {
  run([](const TlsServerContext& site, const TlsClientContext& trust) -> Task<> {
    constexpr long kPairs = 200;
    std::vector<std::unique_ptr<Pair>> pairs;
    Group waiting;
    long before = 0;
    for (long i = 0; i < 2 * kPairs; ++i) {
      if (i == kPairs) before = resident_bytes();
      Pair fresh = co_await connected();
      pairs.push_back(std::make_unique<Pair>(std::move(fresh)));
      Pair& pair = *pairs.back();
      co_await shake_hands(pair, site, trust);
      co_await pair.client.sendall(std::string(16384, 'x'));
      for (std::size_t got = 0; got < 16384;) {
        const std::string data = co_await pair.server.recv(16384);
        got += data.size();
      }
      waiting.spawn([](Connection& end) -> Task<> { co_await end.recv(1); }, std::ref(pair.client));
      waiting.spawn([](Connection& end) -> Task<> { co_await end.recv(1); }, std::ref(pair.server));
      co_await null();
    }
    std::printf("%-22s %6ld bytes each, without the kernel's\n", "idle connections",
                (resident_bytes() - before) / (2 * kPairs));
    co_await waiting.cancel();
  }(site, trust));
}

}  // namespace
}  // namespace rill::testing

int main() {
  using namespace rill::testing;
  const rill::TlsServerContext site = server_identity();
  const rill::TlsClientContext trust = trusting_client();
  compare("echo of 64 bytes", 64, 20'000, site, trust);
  compare("echo of 16 KiB", 16384, 5'000, site, trust);
  count_handshakes("handshakes, P-256", site, trust);
  count_handshakes("handshakes, RSA 2048", server_identity("rsa"), trust);
  weigh(site, trust);
  return 0;
}
