// Links between hosts: one for each direction. They say when what leaves now arrives.
//
// Most pairs of hosts share one record, the default's; a pair gets its own when it has options of
// its own, or when its link has something to remember: draws, a queue in front of a bandwidth, or
// what is wrong with it.
// Invariant: what two sends put on a link leaves in that order; arrivals may overtake each other,
// and the stream above forbids that for itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "scheduler/backend.h"
#include "simnet/id_table.h"
#include "simnet/options.h"

namespace rill::simnet {

struct Link {
  HostId from;
  HostId to;
  const LinkOptions* options;
  Instant busy_until;  // with a bandwidth: when what was put on it so far has left
  Site latency_site;
  bool is_explicit;  // it has options of its own
};

class Links {
 public:
  Links(const LinkOptions& between, const LinkOptions& loopback);

  /// The link from one host to another, by number; numbers stay. Creates it if need be.
  std::uint32_t between(HostId from, HostId to);
  void set(HostId from, HostId to, const LinkOptions& options);
  void set_default(const LinkOptions& options);
  /// From now on no two pairs share a record, so that a fault can strike one alone.
  void keep_apart() { keeps_apart_ = true; }

  Link& operator[](std::uint32_t link) { return links_[link]; }

  /// When a segment with `size_bytes` of payload arrives that is put on the link at `at`.
  static Instant arrival(Link& link, std::uint32_t size_bytes, Instant at, RunContext& context) {
    if (link.options->bytes_per_second != 0) [[unlikely]]
      at = departure(link, size_bytes, at);
    return at + latency(link, context);
  }
  /// When it has left, behind all that was put there before. Only with a bandwidth.
  static Instant departure(Link& link, std::uint32_t size_bytes, Instant at) {
    if (link.busy_until < at) link.busy_until = at;
    // 64 KiB times 10^9 is far below 2^64.
    link.busy_until = link.busy_until +
                      Duration(static_cast<std::int64_t>(size_bytes * std::uint64_t{1'000'000'000} /
                                                         link.options->bytes_per_second));
    return link.busy_until;
  }
  /// From then on, until it arrives.
  static Duration latency(Link& link, RunContext& context) {
    const Latency& latency = link.options->latency;
    if (!latency.is_random()) return latency.least;
    const auto describe = [&latency](std::uint64_t choice) { return in_words(latency, choice); };
    return latency.at(context.decide(link.latency_site, latency.alternatives(), describe));
  }
  /// Whether a segment that is put on the link at `at` finds the queue full.
  static bool is_full(const Link& link, std::uint32_t size_bytes, Instant at);

 private:
  /// On the stack: a trace wants some for nearly every segment.
  struct Words {
    operator std::string_view() const { return {text.data(), size_bytes}; }

    std::array<char, 32 + 2 * kMostDurationBytes> text;
    std::size_t size_bytes;
  };
  /// "this segment takes 7.200 ms instead of 2.000 ms"
  static Words in_words(const Latency& latency, std::uint64_t choice);
  static std::uint64_t key(HostId from, HostId to) { return std::uint64_t{from} << 32 | to; }
  std::uint32_t find(HostId from, HostId to) const;
  std::uint32_t add(HostId from, HostId to, const LinkOptions* options, bool is_explicit);
  const LinkOptions* keep(const LinkOptions& options);
  bool can_be_shared(const LinkOptions& options) const;

  static constexpr std::uint32_t kDefault = 0;
  static constexpr std::uint32_t kLoopback = 1;

  std::vector<Link> links_;
  std::deque<LinkOptions> options_;  // what links point to; stays where it is
  IdTable table_;
  bool keeps_apart_ = false;
};

}  // namespace rill::simnet
