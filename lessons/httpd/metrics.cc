// See metrics.h.
#include "lessons/httpd/metrics.h"

#include <algorithm>

namespace rill::httpd {
namespace {

void add_to(Totals& totals, const Metrics& block) {
  totals.for_each_with(block, [](std::uint64_t& sum, const Counter& its) { sum += its.value(); });
}

}  // namespace

void Metrics::count_request(CountedMethod method, int status, Duration took) {
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100 - 2, 0, 3));
  requests[static_cast<std::size_t>(method)][status_class].add();
  const std::int64_t us = took.ns / 1000;
  std::size_t bucket = 0;
  while (bucket < std::size(kDurationBoundsUs) && took > microseconds(kDurationBoundsUs[bucket])) {
    ++bucket;
  }
  durations[bucket].add();
  durations_sum_us.add(static_cast<std::uint64_t>(us));
}

void MetricsRegistry::add(const Metrics& block) {
  const std::scoped_lock lock(mutex_);
  blocks_.push_back(&block);
}

void MetricsRegistry::remove(const Metrics& block) {
  const std::scoped_lock lock(mutex_);
  std::erase(blocks_, &block);
  add_to(gone_, block);
  if (blocks_.empty()) gone_ = Totals();
}

Totals MetricsRegistry::sum() const {
  const std::scoped_lock lock(mutex_);
  Totals totals = gone_;
  for (const Metrics* block : blocks_) add_to(totals, *block);
  return totals;
}

}  // namespace rill::httpd
