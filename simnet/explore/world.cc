// How worlds are drawn. See world.h.
//
// Strengths of swarm worlds follow FoundationDB's and TigerBeetle's experience: a fault that is on
// for the whole run, or off, finds what faults that are always on hide, and the other way round; a
// portfolio needs both.
#include "simnet/explore/world.h"

namespace rill::simnet {
namespace {

std::uint64_t choose(Oracle& oracle, const char* name, std::uint64_t instance,
                     std::uint64_t alternatives) {
  Site site(name, instance);
  return oracle.decide(site, alternatives);
}

void draw_latency(LinkOptions& link, Oracle& oracle) {
  switch (choose(oracle, "world latency", 0, 5)) {
    case 1:
      link.latency = Latency::uniform(microseconds(100), milliseconds(1));
      break;
    case 2:
      link.latency = Latency::uniform(milliseconds(1), milliseconds(10));
      break;
    case 3:
      link.latency = Latency::uniform(milliseconds(1), milliseconds(100));
      break;
    case 4:
      link.latency = Latency::uniform(Duration(0), milliseconds(400));
      break;
    default:
      break;
  }
}

/// Critical sections must have a length, or no arrival can ever fall into one.
void draw_step_cost(NetworkOptions& options, Oracle& oracle) {
  constexpr std::int64_t kMicroseconds[] = {0, 1, 50, 500, 2'000, 10'000};
  const std::uint64_t choice = choose(oracle, "world step", 0, std::size(kMicroseconds));
  if (choice != 0) options.step_cost = microseconds(kMicroseconds[choice]);
}

void draw_buffers(NetworkOptions& options, Oracle& oracle) {
  constexpr std::uint32_t kBytes[] = {0, 65'536, 4'096, 600, 50};
  const std::uint32_t bytes = kBytes[choose(oracle, "world buffers", 0, std::size(kBytes))];
  if (bytes != 0) options.host.send_buffer_bytes = options.host.receive_buffer_bytes = bytes;
  constexpr std::uint32_t kSegment[] = {0, 100, 7};
  const std::uint32_t segment = kSegment[choose(oracle, "world segments", 0, std::size(kSegment))];
  if (segment != 0) options.link.segment_bytes = segment;
}

/// Millionths of a fault's opportunities when it is mild; a strong one strikes 30 times as often.
std::uint32_t mild_rate(Fault fault) {
  switch (fault) {
    case Fault::short_read:
    case Fault::short_write:
    case Fault::short_segment:
      return 30'000;
    case Fault::loss:
    case Fault::duplication:
    case Fault::reordering:
    case Fault::stall:
      return 5'000;
    case Fault::connect_refuse:
    case Fault::connect_hang:
    case Fault::connect_late:
    case Fault::backlog_full:
    case Fault::accept_emfile:
    case Fault::accept_aborted:
    case Fault::resolve_fail:
    case Fault::resolve_slow:
    case Fault::resolve_partial:
    case Fault::resolve_stale:
      return 15'000;
    case Fault::reset:  // an opportunity is not a segment, but a connection of 128 KiB
    case Fault::silent_death:
    case Fault::clock_skew:
    case Fault::clock_drift:
    case Fault::clock_jump:
      return 30'000;
    case Fault::cut:
    case Fault::cut_one_way:
    case Fault::slow:
    case Fault::jam:
    case Fault::crash:
    case Fault::pause:
      break;
  }
  return 2'000;
}

std::uint32_t drawn_rate(World world, Fault fault, Oracle& oracle) {
  if (world == World::planned) return 1'000'000;
  const std::uint32_t mild = mild_rate(fault);
  if (world == World::all_on) return 3 * mild;
  const std::uint64_t strength =
      choose(oracle, "world fault", static_cast<std::uint64_t>(fault), 8);
  constexpr std::uint32_t kTimes[] = {0, 0, 0, 0, 1, 3, 10, 30};  // off in half the runs
  return kTimes[strength] * mild;
}

}  // namespace

bool is_error(Fault fault) {
  switch (fault) {
    case Fault::reset:
    case Fault::silent_death:
    case Fault::connect_refuse:
    case Fault::connect_hang:
    case Fault::accept_emfile:
    case Fault::accept_aborted:
    case Fault::crash:
    case Fault::resolve_fail:
    case Fault::resolve_partial:
    case Fault::resolve_stale:
      return true;
    default:
      return false;
  }
}

std::string describe_world(const NetworkOptions& drawn, const NetworkOptions& plain) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (drawn.step_cost != plain.step_cost) {
    add("steps take " + to_string(drawn.step_cost) + " on average");
  }
  if (drawn.link.latency != plain.link.latency) {
    add("links take " + to_string(drawn.link.latency.least) + " to " +
        to_string(drawn.link.latency.most));
  }
  if (drawn.host.send_buffer_bytes != plain.host.send_buffer_bytes) {
    add("buffers hold " + std::to_string(drawn.host.send_buffer_bytes) + " bytes");
  }
  if (drawn.link.segment_bytes != plain.link.segment_bytes) {
    add("segments carry " + std::to_string(drawn.link.segment_bytes) + " bytes");
  }
  return text;
}

NetworkOptions draw_world(World world, const ExploreOptions& options, Oracle& oracle) {
  NetworkOptions network = options.network;
  if (world == World::plain) return network;
  if (options.varies_network) {
    draw_latency(network.link, oracle);
    draw_step_cost(network, oracle);
    draw_buffers(network, oracle);
  }
  if (world == World::calm || options.faults == FaultClass::none) return network;
  // A program that an error ends gets no further: half of the runs are without.
  const bool has_errors = options.faults == FaultClass::all &&
                          (world != World::swarm || choose(oracle, "world errors", 0, 2) == 1);
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (is_error(fault) && !has_errors) continue;
    network.faults.set(fault, drawn_rate(world, fault, oracle));
  }
  network.faults.until = Instant() + options.faults_last;
  return network;
}

}  // namespace rill::simnet
