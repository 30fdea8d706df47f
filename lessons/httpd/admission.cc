// See admission.h.
#include "lessons/httpd/admission.h"

#include <algorithm>

namespace rill::httpd {
namespace {

Admission::Client client_of(const Address& address) {
  Admission::Client client{static_cast<std::uint8_t>(address.family)};
  const std::size_t counted_bytes = address.family == Address::Family::ipv6 ? 8 : 4;
  std::copy_n(address.bytes.begin(), counted_bytes, client.begin() + 1);
  return client;
}

}  // namespace

Admission::Admission(const Limits& limits, Metrics& metrics) : limits_(limits), metrics_(metrics) {
  metrics_.connections_limit.add(limits.connections);
}

Task<> Admission::wait_for_room() {
  while (is_full()) {
    room_.clear();
    co_await room_.wait();
  }
}

Admission::Place Admission::enter(const Address& client) {
  Place place(*this, client_of(client));
  ++open_;
  metrics_.connections_accepted.add();
  if (limits_.connections_per_client == 0) return place;
  // Those that are being turned away do not count, so that it can come back.
  const auto entry = clients_.try_emplace(place.client_).first;
  place.is_turned_away_ = entry->second >= limits_.connections_per_client;
  if (place.is_turned_away_) {
    metrics_.connections_refused.add();
    ++turned_away_;
  } else {
    ++entry->second;
  }
  return place;
}

void Admission::leave(const Place& place) {
  --open_;
  metrics_.connections_closed.add();
  room_.set();
  if (limits_.connections_per_client == 0) return;
  if (place.is_turned_away_) {
    --turned_away_;
    return;
  }
  const auto entry = clients_.find(place.client_);
  if (--entry->second == 0) clients_.erase(entry);
}

Admission::Place::~Place() {
  if (admission_ != nullptr) admission_->leave(*this);
}

}  // namespace rill::httpd
