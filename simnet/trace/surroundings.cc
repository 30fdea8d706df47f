// See surroundings.h.
#include "simnet/trace/surroundings.h"

namespace rill::simnet {
namespace {

std::string text_of(const Address& address) {
  return address.family == Address::Family::none ? std::string() : to_string(address);
}

}  // namespace

trace::HostFacts TraceSurroundings::host(HostId host) {
  return {std::string(network_.host_name(host)),
          network_.address(host).host_text() + "," + network_.address_ipv6(host).host_text()};
}

trace::SocketFacts TraceSurroundings::socket(std::uint64_t number) {
  const SocketFacts known = network_.facts_of(number);
  trace::SocketFacts facts;
  facts.is_listener = known.is_listener;
  facts.has_connected = known.has_connected;
  facts.host = known.host;
  facts.peer = known.peer;
  facts.local = text_of(known.local);
  facts.remote = text_of(known.remote);
  return facts;
}

}  // namespace rill::simnet
