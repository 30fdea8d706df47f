// What httpd counts about itself.
//
// Each worker - one thread, one scheduler, one Service - counts in a block of its own, which only
// it writes: an increment is a load and a store, with no lock and no shared cache line. Whoever
// asks sums the blocks of all workers through the registry, which is the only thing they share.
// Sums never go back: what a worker that ended has counted is kept as long as another one lives.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "scheduler/time.h"

namespace rill::httpd {

/// A number that only grows. One thread writes it, any may read it.
class Counter {
 public:
  void add(std::uint64_t more = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// What a client can be late with, or we.
enum class Deadline : std::uint8_t { handshake, header, body, idle, write, linger, drain };
inline constexpr std::string_view kDeadlineNames[] = {"handshake", "header", "body", "idle",
                                                      "write",     "linger", "drain"};

/// Methods as they are counted; files know the first two only. `none`: not understood.
enum class CountedMethod : std::uint8_t { get, head, other, none };
inline constexpr std::string_view kMethodNames[] = {"GET", "HEAD", "other", "none"};

inline constexpr std::size_t kStatusClasses = 4;  // 2xx to 5xx: httpd has no final 1xx

/// Upper bounds of the histogram of durations; above the last one there is no bound.
inline constexpr std::int64_t kDurationBoundsUs[] = {
    100, 500, 1'000, 5'000, 10'000, 50'000, 100'000, 500'000, 1'000'000, 10'000'000};
inline constexpr std::size_t kDurationBuckets = std::size(kDurationBoundsUs) + 1;

/// All that is counted: by a worker (Metrics), or in sum (Totals).
template <class Number>
struct Counts {
  Number connections_limit{};  ///< how many the worker takes at a time; counted once
  Number connections_accepted{};
  Number connections_closed{};
  Number connections_refused{};  ///< accepted and turned away: Limits::connections_per_client
  std::array<std::array<Number, kStatusClasses>, std::size(kMethodNames)> requests{};
  Number sent_bytes{};                               ///< handed to the kernel, heads included
  std::array<Number, kDurationBuckets> durations{};  ///< requests by bucket, each in one
  Number durations_sum_us{};
  std::array<Number, std::size(kDeadlineNames)> deadlines{};
  Number handshake_failures{};
  Number log_lines{};
  Number log_lines_lost{};

  /// Calls f(mine, its) for each pair of numbers.
  template <class Other, class F>
  void for_each_with(const Counts<Other>& other, F f) {
    const auto all = [&f](auto& mine, const auto& its) {
      for (std::size_t i = 0; i < mine.size(); ++i) f(mine[i], its[i]);
    };
    f(connections_limit, other.connections_limit);
    f(connections_accepted, other.connections_accepted);
    f(connections_closed, other.connections_closed);
    f(connections_refused, other.connections_refused);
    for (std::size_t i = 0; i < requests.size(); ++i) all(requests[i], other.requests[i]);
    f(sent_bytes, other.sent_bytes);
    all(durations, other.durations);
    f(durations_sum_us, other.durations_sum_us);
    all(deadlines, other.deadlines);
    f(handshake_failures, other.handshake_failures);
    f(log_lines, other.log_lines);
    f(log_lines_lost, other.log_lines_lost);
  }
};

using Totals = Counts<std::uint64_t>;

/// A worker's block, on cache lines of its own.
struct alignas(64) Metrics : Counts<Counter> {
  /// `status` from 200 to 599.
  void count_request(CountedMethod method, int status, Duration took);
  void count(Deadline expired) { deadlines[static_cast<std::size_t>(expired)].add(); }
};

/// The blocks of a server's workers. Safe to use from all of them.
class MetricsRegistry {
 public:
  void add(const Metrics& block);
  /// `block` is to be read no more. When the last one goes, all counts go.
  void remove(const Metrics& block);
  Totals sum() const;

 private:
  mutable std::mutex mutex_;
  std::vector<const Metrics*> blocks_;
  Totals gone_;  // of blocks that were removed
};

}  // namespace rill::httpd
