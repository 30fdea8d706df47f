// The suite on connections with TLS: what holds for the one must hold for the other. See
// conformance.h.
#include "tests/conformance/conformance.h"
#include "tests/tls/identities.h"

namespace rill::conformance {

const bool ends_with_goodbye = true;

Task<Pair> layered(Pair plain) {
  static const TlsServerContext site = testing::server_identity();
  static const TlsClientContext trust = testing::trusting_client();
  Group group;
  group.spawn(
      [&]() -> Task<> { plain.server = co_await tls_accept(std::move(plain.server), site); });
  plain.client = co_await tls_connect(std::move(plain.client), trust, "localhost");
  co_await group.wait();
  co_return plain;
}

}  // namespace rill::conformance
