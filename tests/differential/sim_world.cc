// See sim_world.h.
#include "tests/differential/sim_world.h"

namespace rill::differential {
namespace {

/// Longer than anything takes that does not wait for a timer: 50 us a segment, a hundred of them.
constexpr Duration kSettled = milliseconds(5);

}  // namespace

simnet::NetworkOptions network_options(const Script& script) {
  simnet::NetworkOptions options;
  // In the kernel a script is over before a timer comes; so here too, however long it takes.
  options.host.first_retry = seconds(3600);
  if (script.small_buffers) {
    options.host.send_buffer_bytes = 100'000;
    options.host.receive_buffer_bytes = 28'000;
  }
  return options;
}

void SimWorld::settle() {
  const Instant until = front_.now() + kSettled;
  while (front_.now() < until) front_.wait(until);
  take_completed();
}

void SimWorld::take_away_descriptors() {
  simnet::HostOptions none;
  none.most_descriptors = static_cast<std::uint32_t>(network_.open_sockets());
  network_.set_host(0, none);
}

void SimWorld::give_back_descriptors() { network_.set_host(0, usual_); }

}  // namespace rill::differential
