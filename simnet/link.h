// Links between hosts: one for each direction. They say when what leaves now arrives.
//
// Most pairs of hosts share one record, the default's; a pair gets its own when it has options of
// its own, or when its link has something to remember: draws, or a queue in front of a bandwidth.
// Invariant: what two sends put on a link leaves in that order; arrivals may overtake each other,
// and the stream above forbids that for itself.
#pragma once

#include <cstdint>
#include <deque>
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

/// Where the network's fuzzing decides, for one link.
struct FuzzSites {
  FuzzSites(std::uint64_t instance)  // NOLINT(google-explicit-constructor)
      : short_read("short_read", instance),
        short_write("short_write", instance),
        short_segment("short_segment", instance) {}
  Site short_read;
  Site short_write;
  Site short_segment;
};

class Links {
 public:
  /// `keeps_sites`: decisions of fuzzing are made on each link, so no two can share a record.
  Links(const LinkOptions& between, const LinkOptions& loopback, bool keeps_sites);

  /// The link from one host to another, by number; numbers stay. Creates it if need be.
  std::uint32_t between(HostId from, HostId to);
  void set(HostId from, HostId to, const LinkOptions& options);
  void set_default(const LinkOptions& options);

  Link& operator[](std::uint32_t link) { return links_[link]; }
  FuzzSites& fuzz_sites(std::uint32_t link) { return fuzz_sites_[link]; }

  /// When a segment with `size_bytes` of payload arrives that is put on the link at `at`.
  static Instant arrival(Link& link, std::uint32_t size_bytes, Instant at, RunContext& context) {
    const LinkOptions& options = *link.options;
    if (options.bytes_per_second != 0) [[unlikely]] {
      if (link.busy_until < at) link.busy_until = at;
      // 64 KiB times 10^9 is far below 2^64.
      link.busy_until = link.busy_until +
                        Duration(static_cast<std::int64_t>(
                            size_bytes * std::uint64_t{1'000'000'000} / options.bytes_per_second));
      at = link.busy_until;
    }
    if (!options.latency.is_random()) return at + options.latency.least;
    return at +
           options.latency.at(context.decide(link.latency_site, options.latency.alternatives()));
  }

 private:
  static std::uint64_t key(HostId from, HostId to) { return std::uint64_t{from} << 32 | to; }
  std::uint32_t find(HostId from, HostId to) const;
  std::uint32_t add(HostId from, HostId to, const LinkOptions* options, bool is_explicit);
  const LinkOptions* keep(const LinkOptions& options);
  bool can_be_shared(const LinkOptions& options) const;

  static constexpr std::uint32_t kDefault = 0;
  static constexpr std::uint32_t kLoopback = 1;

  std::vector<Link> links_;
  std::vector<FuzzSites> fuzz_sites_;  // parallel to links_, if keeps_sites_
  std::deque<LinkOptions> options_;    // what links point to; stays where it is
  IdTable table_;
  bool keeps_sites_;
};

}  // namespace rill::simnet
