// See conversations.h.
#include "tests/tls/conversations.h"

#include "tests/tls/simulated.h"

namespace rill::testing {

std::string converse(std::uint64_t seed) {
  const std::string identity = seed % 2 == 0 ? "server" : "rsa";
  const TlsOptions options = only(seed / 2 % 2 == 0 ? TlsVersion::tls_1_2 : TlsVersion::tls_1_3);
  SimulatedRun how = seed / 4 % 2 == 0 ? SimulatedRun() : rough_run(seed);
  how.seed = seed;
  const auto serve = [](Connection connection) -> Task<> {
    for (;;) {
      const std::string data = co_await connection.recv(1000);
      if (data.empty()) co_return;
      co_await connection.sendall(data);
    }
  };
  const auto visit = [](Connection connection) -> Task<> {
    for (int round = 1; round < 4; ++round) {
      co_await connection.sendall(pattern_bytes(700));
      for (std::size_t got = 0; got < 700;) {
        const std::string data = co_await connection.recv(700);
        got += data.size();
      }
    }
  };
  return play_simulated(with_tls(server_identity(identity, options), serve),
                        with_tls(trusting_client(), "server", visit), how);
}

}  // namespace rill::testing
