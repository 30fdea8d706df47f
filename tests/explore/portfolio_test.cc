// Nothing of the menu is there in name only: a search that nobody configured makes each fault
// strike, by each of its strategies, in each of its worlds. Fails on any zero.
#include "simnet/explore/portfolio.h"

#include <cstdio>
#include <set>

#include "simnet/testing.h"
#include "tests/explore/moving_service.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t kSeeds = 2'000;

TEST_CASE("every fault of the menu strikes in the default portfolio", "[portfolio]") {
  const SearchReport found = search(1, moving_service, {}, {0, kSeeds});
  INFO((found.failure ? found.failure->text : ""));
  CHECK_FALSE(found.failure);
  CHECK(found.runs == kSeeds);
  std::printf("%llu runs, %llu of them ended by an error that nobody caught\n",
              static_cast<unsigned long long>(found.runs),
              static_cast<unsigned long long>(found.tolerated));
  for (std::size_t i = 0; i < kFaults; ++i) {
    const std::string name(to_string(static_cast<Fault>(i)));
    std::printf("%-18s %8llu\n", name.c_str(), static_cast<unsigned long long>(found.faults[i]));
    INFO(name);
    CHECK(found.faults[i] > 0);
  }
}

TEST_CASE("the portfolio has every strategy in a world with faults, and every world",
          "[portfolio]") {
  std::set<Strategy> in_trouble;
  std::set<World> worlds;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Attempt attempt = attempt_of(seed);
    worlds.insert(attempt.world);
    if (attempt.world == World::swarm || attempt.world == World::all_on) {
      in_trouble.insert(attempt.strategy);
    }
  }
  CHECK(worlds == std::set<World>{World::plain, World::calm, World::swarm, World::all_on});
  CHECK(in_trouble ==
        std::set<Strategy>{Strategy::fifo, Strategy::random, Strategy::pct, Strategy::walk});
}

TEST_CASE("whoever forbids errors, or all faults, gets none", "[portfolio]") {
  const SearchReport in_time =
      search(1, moving_service, {.faults = FaultClass::time}, {0, kSeeds / 10});
  CHECK(in_time.tolerated == 0);
  CHECK(in_time.faults[static_cast<std::size_t>(Fault::loss)] > 0);
  for (const Fault fault : {Fault::reset, Fault::silent_death, Fault::connect_refuse, Fault::crash,
                            Fault::accept_emfile, Fault::resolve_fail}) {
    CHECK(in_time.faults[static_cast<std::size_t>(fault)] == 0);
  }
  const SearchReport sound =
      search(1, moving_service, {.faults = FaultClass::none}, {0, kSeeds / 10});
  for (const std::uint64_t count : sound.faults) CHECK(count == 0);
}

}  // namespace
}  // namespace rill::simnet
