// Helpers of the simulated network's tests. See raw.h.
#include "tests/simnet/raw.h"

namespace rill::simnet {

Handle listen_on(HostId host, int backlog) {
  const Listened listened =
      backend().listen(host, Address::any_ipv4(kPort), {.backlog = backlog, .reuse_port = false});
  REQUIRE(listened.error == 0);
  return listened.handle;
}

namespace {

Task<> connect_into(Connected& result, Address to) {
  const Connected connected = co_await Connecting(to);
  result = connected;
}

}  // namespace

Task<Connected> connect_from(HostId host, Address to) {
  Connected result;
  const TaskRef task = spawn_on(host, connect_into(result, to));
  co_await join(task);
  co_return result;
}

Task<Ends> connect_ends(HostId client_host, HostId server_host) {
  auto& network = static_cast<Network&>(backend());
  Ends ends;
  ends.client_host = client_host;
  ends.server_host = server_host;
  ends.listener = listen_on(server_host);
  const Connected connected =
      co_await connect_from(client_host, network.address(server_host, kPort));
  REQUIRE(connected.result == 0);
  ends.client = connected.socket;
  const Accepted accepted = co_await Accepting(ends.listener);
  REQUIRE(accepted.result == 0);
  ends.server = accepted.socket;
  co_return ends;
}

Task<std::int64_t> send_all(Handle socket, std::string_view bytes) {
  std::int64_t sent = 0;
  while (!bytes.empty()) {
    sent = co_await Sending(socket, bytes);
    if (sent < 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  co_return sent;
}

Task<Received> receive_all(Handle socket, std::size_t most_bytes) {
  Received all;
  while (all.bytes.size() < most_bytes) {
    const Received got = co_await Receiving(socket, most_bytes - all.bytes.size());
    all.result = got.result;
    if (got.result <= 0) break;
    all.bytes += got.bytes;
  }
  co_return all;
}

std::string pattern(std::size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  for (std::size_t i = 0; i < size_bytes; ++i) {
    bytes[i] = static_cast<char>(scatter(i / 8) >> (i % 8 * 8));
  }
  return bytes;
}

void Pair::run(Task<> body, Oracle* oracle, TraceSink* sink) {
  rill::run(std::move(body), network,
            {.oracle = oracle, .fingerprint = true, .trace_sink = sink, .report = &report});
  CHECK(network.open_sockets() == 0);
  rill::run([]() -> Task<> { co_await sleep(seconds(600)); }(), network);
  CHECK(network.events_in_flight() == 0);
  CHECK(network.socket_records() == 0);
  CHECK(network.blocks_in_use() == 0);
}

}  // namespace rill::simnet
