// A simulated run with TLS is a function of the program and its seed; a real one is not, and cannot
// be made one. Fingerprints cover every byte on the wire: keys, nonces, signatures, padding.
#include <map>
#include <set>
#include <sstream>

#include "net/epoll/epoll_backend.h"
#include "scheduler/run.h"
#include "tests/determinism/surroundings.h"
#include "tests/testing/testing.h"
#include "tests/tls/conversations.h"
#include "tests/tls/simulated.h"

namespace rill::testing {
namespace {

std::map<long, std::string> fingerprints(std::uint64_t salt, int first, int last) {
  const Finished run =
      run_in_surroundings(salt, "tests/tls/play", {std::to_string(first), std::to_string(last)});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  std::map<long, std::string> found;
  std::istringstream lines(run.out);
  long seed = 0;
  for (std::string fingerprint; lines >> seed >> fingerprint;) found[seed] = fingerprint;
  return found;
}

TEST_CASE("a conversation is the same in every process, for keys and versions of each kind",
          "[tls]") {
  constexpr int kSeeds = 48;
  const auto once = fingerprints(1, 1, kSeeds);
  const auto again = fingerprints(2, kSeeds, 1);  // so that no run leans on the one before
  CHECK(once.size() == kSeeds);
  CHECK(once == again);
  std::set<std::string> different;
  for (const auto& [seed, fingerprint] : once) different.insert(fingerprint);
  CHECK(different.size() == kSeeds);
  for (const auto& [seed, fingerprint] : once) {
    if (seed % 7 == 0) CHECK(converse(static_cast<std::uint64_t>(seed)) == fingerprint);
  }
}

TEST_CASE("contexts that outlive a run leave nothing to the next", "[tls]") {
  const TlsServerContext site = server_identity("rsa");
  const TlsClientContext trust = trusting_client();
  std::set<std::string> seen;
  for (int run = 0; run < 5; ++run) {
    seen.insert(play_simulated(
        with_tls(site, [](Connection c) -> Task<> { co_await c.sendall("x"); }),
        with_tls(trust, "server", [](Connection c) -> Task<> { co_await read_all(c); })));
  }
  CHECK(seen.size() == 1);
}

/// What a TLS client says first, to a server that only listens.
Task<> note_hello(std::string& hello, TlsClientContext trust) {
  Listener listener("127.0.0.1", 0);
  Group group;
  group.spawn([&]() -> Task<> {
    Connection plain = co_await connect(listener.address());
    co_await tls_connect(std::move(plain), trust, "localhost");
  });
  Connection silent = co_await listener.accept();
  hello = co_await silent.recv(4096);
  co_await group.cancel();
}

TEST_CASE("on real sockets nothing is drawn from a seed, whatever oracle the run has", "[tls]") {
  const TlsClientContext trust = trusting_client();
  std::set<std::string> simulated;
  std::set<std::string> real;
  for (int run = 0; run < 8; ++run) {
    SeededOracle oracle(1);
    const RunOptions options{.oracle = &oracle};
    std::string hello;
    {
      simnet::Network network;
      rill::run(note_hello(hello, trust), network, options);
      simulated.insert(hello);
    }
    {
      EpollBackend backend;  // in the same process and thread, with the same context
      CHECK(!backend.has_randomness());
      rill::run(note_hello(hello, trust), backend, options);
      // The client's random number, and its key (RFC 8446 4.1.2): all that may differ.
      real.insert(hello.substr(11, 32));
    }
  }
  CHECK(simulated.size() == 1);
  CHECK(real.size() == 8);
}

}  // namespace
}  // namespace rill::testing
