// See retry.h.
#include "net/client/retry.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include "net/http/date.h"
#include "net/http/syntax.h"
#include "scheduler/scheduler.h"
#include "scheduler/sleep.h"

namespace rill::http {
namespace {

constexpr std::uint64_t kSteps = 1024;  // of a jitter: fine enough to part a thousand clients

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = scatter(hash ^ static_cast<unsigned char>(c));
  return hash;
}

}  // namespace

bool may_pass(const FetchError& error) {
  switch (error.fault()) {
    case FetchFault::no_address:
      return error.error() == EAGAIN;
    case FetchFault::no_connection:
    case FetchFault::connect_timed_out:
    case FetchFault::connection_lost:
    case FetchFault::idle_timed_out:
    case FetchFault::truncated:
      return true;
    default:
      return false;
  }
}

bool may_pass(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

Duration backoff(const RetryOptions& options, unsigned retry) {
  Duration longest = options.first_delay;
  for (; retry > 0 && longest < options.most_delay; --retry) longest = longest * 2;
  return std::min(longest, options.most_delay);
}

std::optional<Duration> retry_after(std::string_view value, WallTime now) {
  constexpr std::uint64_t kMostSeconds = 1'000'000'000;  // 31 years, and far from an overflow
  if (const auto length = parse_decimal(value)) {
    return seconds(static_cast<std::int64_t>(std::min(*length, kMostSeconds)));
  }
  const std::int64_t now_seconds = now.ns / 1'000'000'000;
  const auto date = parse_date(value, now_seconds);
  if (!date) return std::nullopt;
  const auto most = static_cast<std::int64_t>(kMostSeconds);
  return seconds(std::clamp<std::int64_t>(*date - now_seconds, 0, most));
}

// A simulated run may draw from its oracle only. A real one draws from splitmix64, seeded by a
// clock that a recording has too, so that its replay waits as long; the point is that clients
// differ, not that nobody can guess.
Duration Jitter::draw(Duration longest, std::string_view origin) {
  Scheduler& scheduler = Scheduler::current("a retry");
  std::uint64_t less = 0;
  if (scheduler.backend().is_simulated()) {
    RunContext& context = scheduler.context();
    less = context.decide(context.sites.at("backoff", hash_of(origin)), kSteps,
                          [&](std::uint64_t steps) {
                            return "the retry at " + std::string(origin) + " waits " +
                                   std::to_string(steps * 100 / kSteps) + " % less than it could";
                          });
  } else {
    if (state_ == 0) state_ = scatter(static_cast<std::uint64_t>(wall_clock().ns)) | 1;
    less = scatter(state_ += 0x9E3779B97F4A7C15u) % kSteps;
  }
  const auto taken = static_cast<std::int64_t>(less);
  return longest - longest / static_cast<std::int64_t>(kSteps - 1) * taken;
}

}  // namespace rill::http
