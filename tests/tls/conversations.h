// Conversations with TLS whose fingerprints are compared: between runs, processes and seeds.
#pragma once

#include <cstdint>
#include <string>

namespace rill::testing {

/// The fingerprint of the conversation number `seed`, which is among others the run's seed: it
/// picks the key (EC, RSA), the version, and how rough the network is.
std::string converse(std::uint64_t seed);

}  // namespace rill::testing
