// When TCP sends again what was lost, and when it gives up: RFC 6298, with Linux's numbers. One
// schedule for all whose segments get no answer, whether a link or a host is to blame
// (retransmission.cc, power_cut.cc).
#pragma once

#include <cstdint>

#include "scheduler/time.h"

namespace rill::simnet {

inline constexpr Duration kFirstTimeout = milliseconds(200);  // TCP_RTO_MIN
inline constexpr Duration kLongestTimeout = seconds(120);     // TCP_RTO_MAX
inline constexpr std::uint8_t kMostAttempts = 15;             // tcp_retries2
inline constexpr std::uint8_t kMostOrphanAttempts = 8;        // tcp_orphan_retries

/// How long the next attempt waits after so many in vain: 200 ms, 400 ms, ... 120 s.
constexpr Duration retransmission_timeout(std::uint8_t attempts) {
  if (attempts >= 10) return kLongestTimeout;
  return kFirstTimeout * (std::int64_t{1} << attempts);
}

/// From the first loss until the writer learns ETIMEDOUT: the wait after the last attempt counts.
constexpr Duration time_until_given_up(std::uint8_t most_attempts) {
  Duration sum;
  for (std::uint8_t attempts = 0; attempts <= most_attempts; ++attempts) {
    sum += retransmission_timeout(attempts);
  }
  return sum;
}
static_assert(time_until_given_up(kMostAttempts) == milliseconds(924'600));
static_assert(time_until_given_up(kMostOrphanAttempts) == milliseconds(102'200));

}  // namespace rill::simnet
