// What the tests of faults are written in: an oracle that follows a plan - this choice at the nth
// decision of this site, and the plain way everywhere else -, a sink that keeps the stories, and a
// pair of hosts where one fault strikes once.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/oracle.h"
#include "scheduler/trace.h"
#include "simnet/fault_sites.h"
#include "tests/simnet/raw.h"

namespace rill::simnet {

class PlannedOracle final : public Oracle {
 public:
  /// `nth`: 0 for the first decision at the site.
  void plan(const Site& site, std::uint64_t nth, std::uint64_t choice) {
    plan_[{site.key, nth}] = choice;
  }
  /// The first opportunity of `fault` at `key`.
  void plan(Fault fault, std::uint64_t key, std::uint64_t choice) {
    plan(fault_site(fault, key), 0, choice);
  }
  std::uint64_t decide(Site& site, std::uint64_t alternatives) override {
    const auto planned = plan_.find({site.key, site.count++});
    if (planned == plan_.end() || planned->second >= alternatives) return 0;
    ++followed_;
    return planned->second;
  }
  bool orders_tasks() const override { return false; }
  std::size_t followed() const { return followed_; }

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> plan_;
  std::size_t followed_ = 0;
};

struct Stories final : TraceSink {
  void on_event(const TraceEvent& event) override {
    if (event.kind == EventKind::fault) told.emplace_back(event.text);
  }
  std::vector<std::string> told;
};

// The link from the client of a Pair to its server, and the directions of their first connection.
constexpr std::uint64_t kThere = link_key("client", "server");
constexpr std::uint64_t kFirst = connection_key("client", "server", 1, Way::to_server);
constexpr std::uint64_t kFirstBack = connection_key("client", "server", 1, Way::to_client);

/// A network in which these may strike.
inline NetworkOptions with(std::initializer_list<Fault> faults) {
  NetworkOptions options;
  options.faults = FaultMenu(faults, 1000);
  return options;
}

/// A pair of hosts on which `fault` may strike, and where it strikes once: `strength` at the first
/// opportunity after `skipped` ones.
struct Struck {
  Struck(Fault fault, std::uint64_t key, std::uint64_t strength, std::uint64_t skipped = 0,
         NetworkOptions options = {})
      : pair(with(fault, options)) {
    oracle.plan(fault_site(fault, key), skipped, strength);
  }
  static NetworkOptions with(Fault fault, NetworkOptions options) {
    options.faults.set(fault, 1000);
    return options;
  }
  void run(Task<> body) { pair.run(std::move(body), &oracle, &stories); }

  Pair pair;
  PlannedOracle oracle;
  Stories stories;
};

/// Connects the hosts of `pair`, runs `body` with the ends of the connection, and closes them: for
/// Pair::run().
template <class Body>
Task<> connected(Pair& pair, Body body) {
  const Ends ends = co_await connect_ends(pair.client, pair.server);
  co_await body(ends);
  ends.close_all();
}

/// How long five bytes take from one socket to the other, in nanoseconds.
inline Task<std::int64_t> trip(Handle from, Handle to) {
  const Instant start = now();
  const std::int64_t sent = co_await Sending(from, "hello");
  CHECK(sent == 5);
  const Received got = co_await receive_all(to, 5);
  CHECK(got.bytes == "hello");
  co_return (now() - start).ns;
}

constexpr std::int64_t kMs = 1'000'000;

}  // namespace rill::simnet
