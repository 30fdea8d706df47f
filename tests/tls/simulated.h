// Two hosts of the simulated network, "server" and "client", and a connection between them, with
// TLS or yet without.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "net/net.h"
#include "simnet/network.h"
#include "tests/tls/identities.h"

namespace rill::testing {

/// Takes over one end of a connection, on its own host.
using End = std::function<Task<>(Connection)>;

struct SimulatedRun {
  simnet::NetworkOptions network;
  std::uint64_t seed = 1;
  SeededOracle::Order order = SeededOracle::Order::fifo;
  TraceSink* sink = nullptr;
};

/// Plays both ends, and returns the run's fingerprint. What an end throws ends the run.
std::string play_simulated(const End& server, const End& client, const SimulatedRun& how = {});

/// Ends that shake hands first.
End with_tls(TlsServerContext context, End end);
End with_tls(TlsClientContext context, std::string host, End end);
/// The usual ones: certificate "server", and a client that trusts its authority.
End served(End end);
End visiting(End end);

/// Somebody in the middle: what the client sends reaches `server` as it is, what comes back is
/// `back`'s to hand on. It all ends when `back` returns.
using Path = std::function<Task<>(Connection& from, Connection& to)>;
End in_the_middle(End server, Path back);

/// What the network does at its worst: pieces of one byte, random order, steps that take time.
SimulatedRun rough_run(std::uint64_t seed);

/// Everything until the end of the stream.
Task<std::string> read_all(Connection& connection);
/// Bytes that differ at every position.
std::string pattern_bytes(std::size_t size_bytes, std::uint64_t salt = 0);

}  // namespace rill::testing
