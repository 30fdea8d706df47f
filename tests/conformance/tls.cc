// The suite on connections with TLS: what holds for the one must hold for the other. See
// conformance.h.
#include "tests/conformance/conformance.h"
#include "tests/tls/identities.h"

namespace rill::conformance {

Task<Pair> layered(Pair plain) {
  static const TlsServerContext site = testing::server_identity();
  static const TlsClientContext trust = testing::trusting_client();
  TaskRefOf<Connection> accepting = spawn(tls_accept(std::move(plain.server), site));
  Connection client = co_await tls_connect(std::move(plain.client), trust, "localhost");
  Connection server = co_await join(accepting);
  co_return Pair{std::move(client), std::move(server)};
}

}  // namespace rill::conformance
