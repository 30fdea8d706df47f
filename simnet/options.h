// What a scenario may choose about the simulated network: its links, its hosts, its names.
//
// The defaults are a plain network: 1 ms from host to host, 50 us on loopback, no loss, no limit on
// bandwidth, buffers and limits as a Linux machine has them, and no simulated time for computing.
// Every choice that goes several ways is settled by the run's oracle; without one it goes the plain
// way.
#pragma once

#include <cstdint>

#include "scheduler/time.h"
#include "simnet/faults.h"
#include "simnet/latency.h"

namespace rill::simnet {

/// One direction of a link between two hosts.
struct LinkOptions {
  Latency latency = Latency::fixed(milliseconds(1));
  /// Bytes of payload that leave in a second; what does not fit in waits its turn. 0: no limit.
  std::uint64_t bytes_per_second = 0;
  /// With a bandwidth: how much of it may wait. A segment that finds no room is lost, and sent
  /// again 200 ms later. 0: no limit.
  std::uint64_t queue_bytes = 0;
  /// How many of a million segments are lost, each sent again 200 ms later, then 400 ms ...: see
  /// Fault::loss. Unlike the menu's, this loss never ends.
  std::uint32_t loss_per_million = 0;
  /// The most payload of one segment. Ethernet's 1500 bytes without the headers of IPv4 and TCP
  /// (RFC 9293, 3.7.1).
  std::uint32_t segment_bytes = 1460;

  bool can_lose() const {
    return loss_per_million > 0 || (queue_bytes > 0 && bytes_per_second > 0);
  }
  friend bool operator==(const LinkOptions&, const LinkOptions&) = default;
};

/// The link of a host to itself. Linux: MTU 65536, and 50 us is about what a round of it takes.
constexpr LinkOptions loopback_link() {
  return {.latency = Latency::fixed(microseconds(50)), .segment_bytes = 65483};
}

/// Limits and timers of one host's TCP. Names in brackets are Linux's.
struct HostOptions {
  /// Open sockets; one more is EMFILE. (RLIMIT_NOFILE, the hard limit)
  std::uint32_t most_descriptors = 1'048'576;
  /// Bytes taken from the writer and not yet acknowledged. A writer that met a full buffer goes on
  /// once a third of it is free. Default as measured on Linux 6.18: after 3.9 MB a send blocks, and
  /// the reader must take 1.2 MB before it goes on. (tcp_wmem)
  std::uint32_t send_buffer_bytes = 3'600'000;
  /// Bytes that have arrived, or are on their way, and were not yet read. (tcp_rmem)
  std::uint32_t receive_buffer_bytes = 310'000;
  /// The largest backlog that listen() grants. (net.core.somaxconn)
  std::uint32_t largest_backlog = 4096;
  /// Ports for connections that did not ask for one. (ip_local_port_range)
  std::uint16_t first_ephemeral_port = 32768;
  std::uint16_t last_ephemeral_port = 60999;
  /// An unanswered SYN is sent again after 1, 3, 7, 15, 31 and 63 s; then, after 127 s, connect
  /// fails with ETIMEDOUT. (tcp_syn_retries; tcp(7))
  std::uint32_t connect_retries = 6;
  Duration first_retry = seconds(1);
  /// How long the side that closed first keeps the pair of ports occupied. (TCP_TIMEWAIT_LEN)
  Duration time_wait = seconds(60);

  friend bool operator==(const HostOptions&, const HostOptions&) = default;
};

/// How far the clock of a host is off.
struct ClockOptions {
  /// How much the wall clock is ahead of the true time, or behind it. The monotonic clock starts as
  /// much ahead; it is never behind.
  Duration skew = Duration();
  /// How many microseconds more than a true second the host counts in it: -500'000 to 500'000.
  /// Quartz is good for 20 to 100; what a virtual machine loses can be thousands.
  std::int32_t drift_ppm = 0;

  friend bool operator==(const ClockOptions&, const ClockOptions&) = default;
};

/// How a name answers.
struct NameOptions {
  enum class Answer : std::uint8_t {
    addresses,  ///< those given
    not_found,  ///< -ENOENT after the delay
    silence     ///< -EAGAIN after NetworkOptions::resolve_timeout
  };
  Answer answer = Answer::addresses;
  Duration delay = milliseconds(2);  ///< from the question to the answer
};

struct NetworkOptions {
  /// For pairs of hosts without a link of their own.
  LinkOptions link;
  LinkOptions loopback = loopback_link();
  /// For hosts that are added without options, and for host 0.
  HostOptions host;
  /// How much simulated time a step of a task takes on average; each draws its own from 0 to twice
  /// that. 0: none. Without it a critical section has length zero, and races at awaits are never
  /// found.
  Duration step_cost;
  /// How often, in percent, recv gives fewer bytes than it has, send takes fewer than it could, and
  /// a segment ends before its time. 0: never. Short for the faults of these names in `faults`, and
  /// for those of later menus that leave them out.
  std::uint32_t short_read_percent = 0;
  std::uint32_t short_write_percent = 0;
  std::uint32_t short_segment_percent = 0;
  /// What goes wrong, and how often.
  FaultMenu faults;
  /// After how long a silent name server is given up. (resolv.conf(5): 5 s, 2 attempts)
  Duration resolve_timeout = seconds(10);
};

}  // namespace rill::simnet
