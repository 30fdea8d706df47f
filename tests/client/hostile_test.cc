// Every misbehaviour of the table comes to its fault within its deadline (B19): all of them at
// once, in virtual time for many seeds, and once on real sockets. Each has a client of its own:
// what one of these servers says behind its response would spoil the next one on that connection.
#include <sys/resource.h>

#include "net/backends.h"
#include "scheduler/group.h"
#include "scheduler/run.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "tests/client/fetching.h"
#include "tests/client/misbehaviour.h"
#include "tests/testing/testing.h"

#if defined(__SANITIZE_ADDRESS__)
#define RILL_MEMORY_IS_SHADOWED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RILL_MEMORY_IS_SHADOWED 1
#endif
#endif

namespace rill::testing {
namespace {

using http::Client;
using http::FetchOptions;

struct Outcomes {
  std::vector<Fetched> all;
  Fetched healthy;  // a page that is asked for in the middle of it
};

Task<> fetch_into(const FetchOptions& options, std::string url, Fetched& fetched) {
  Client client(options);
  fetched = co_await fetch_one(client, request_of("GET", url));
}

Task<> fetch_all(const std::string& site, std::size_t count, const FetchOptions& options,
                 Outcomes& outcomes) {
  outcomes.all.resize(count);
  Group fetches;
  for (std::size_t i = 0; i < count; ++i) {
    fetches.spawn(fetch_into(options, site + std::to_string(i), outcomes.all[i]));
  }
  fetches.spawn(fetch_into(options, site + "healthy", outcomes.healthy));
  co_await fetches.wait();
}

void check(const std::vector<Misbehaviour>& rows, const Outcomes& outcomes, Duration deadline) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO("a server that does this: " << rows[i].what << "; " << outcomes.all[i].sentence);
    CHECK(outcomes.all[i].word() == rows[i].expected);
    CHECK(outcomes.all[i].body.size() <= bounds_of_misbehaviours().limits.body_bytes);
    CHECK(outcomes.all[i].body != "evil");
    CHECK(outcomes.all[i].elapsed <= deadline);
    // A sentence says where, and what.
    if (outcomes.all[i].fault) CHECK_THAT(outcomes.all[i].sentence, contains(": "));
  }
  CHECK(outcomes.healthy.body == "healthy");
}

TEST_CASE("each misbehaviour is a typed error within its deadline, for any seed (B19)") {
  const std::vector<Misbehaviour> rows = misbehaviours();
  CHECK(rows.size() >= 60);
  FetchOptions options = bounds_of_misbehaviours();
  options.idle_timeout = milliseconds(500);
  options.deadline = seconds(4);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    ScriptedOrigin origin;
    teach(origin, rows);
    origin.on("/healthy", {send(page("healthy"))});
    Outcomes outcomes;
    simulate(origin, {seed, /*is_rough=*/seed > 0},
             [&]() -> Task<> { return fetch_all(kHome, rows.size(), options, outcomes); });
    check(rows, outcomes, options.deadline);
  }
}

std::int64_t most_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_CASE("each misbehaviour is the same typed error on real sockets, in bounded memory (B19)") {
  const std::vector<Misbehaviour> rows = misbehaviours();
  FetchOptions options = bounds_of_misbehaviours();
  options.idle_timeout = seconds(2);
  options.deadline = seconds(6);
  ScriptedOrigin origin;
  teach(origin, rows);
  origin.on("/healthy", {send(page("healthy"))});
  Outcomes outcomes;
  const std::int64_t before_kib = most_memory_kib();
  const std::unique_ptr<Backend> backend = make_backend(kUsualBackend);
  const auto scenario = [&]() -> Task<> {
    Listener listener("127.0.0.1", 0);
    const std::string site = "http://127.0.0.1:" + std::to_string(listener.address().port) + "/";
    Group serving;
    serving.spawn(origin.serve(std::move(listener)));
    co_await fetch_all(site, rows.size(), options, outcomes);
    co_await serving.cancel();
  };
  run(scenario(), *backend);
  check(rows, outcomes, options.deadline + seconds(5));
#ifndef RILL_MEMORY_IS_SHADOWED
  CHECK(most_memory_kib() - before_kib <= 32 * 1024);
#else
  static_cast<void>(before_kib);
#endif
}

}  // namespace
}  // namespace rill::testing
