// Plans, their tokens and their oracles: what is written is what runs.
#include "simnet/explore/plan.h"

#include <set>

#include "simnet/explore/oracles.h"
#include "simnet/explore/token_codec.h"
#include "simnet/testing.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

rc::Gen<Plan> any_plan() {
  const auto deviation = rc::gen::build<Deviation>(
      rc::gen::set(&Deviation::site, rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), short_key)),
      rc::gen::set(&Deviation::nth), rc::gen::set(&Deviation::choice));
  const auto draw = rc::gen::build<DrawPath>(
      rc::gen::set(&DrawPath::site, rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), short_key)),
      rc::gen::set(&DrawPath::nth), rc::gen::set(&DrawPath::path));
  return rc::gen::build<Plan>(
      rc::gen::set(&Plan::seed),
      rc::gen::set(&Plan::strategy, rc::gen::element(Strategy::plan, Strategy::hosts)),
      rc::gen::set(&Plan::deviations, rc::gen::container<std::vector<Deviation>>(deviation)),
      rc::gen::set(&Plan::draws, rc::gen::container<std::vector<DrawPath>>(draw)));
}

TEST_CASE("a token is read back as the plan that it was made of", "[plan]") {
  testing::property("round trip", [] {
    const Plan plan = *any_plan();
    const auto test = *rc::gen::inRange<std::uint32_t>(0, 1 << 15);
    const auto named = decode_plan(encode(plan, test));
    RC_ASSERT(named.has_value());
    RC_ASSERT(named->plan == plan);
    RC_ASSERT(named->test == test);
  });
}

TEST_CASE("a token that was mistyped or cut off is refused", "[plan]") {
  testing::property("no damage goes unseen", [] {
    const std::string token = encode(*any_plan(), 5);
    const auto at = *rc::gen::inRange<std::size_t>(0, token.size());
    std::string damaged = token;
    const char other = *rc::gen::elementOf(std::string("0123456789abcdefghjkmnpqrstvwxyzilou- "));
    damaged[at] = other;
    RC_PRE(damaged != token);
    RC_ASSERT_FALSE(decode_plan(damaged).has_value());
    RC_ASSERT_FALSE(decode_plan(token.substr(0, at)).has_value());
  });
  CHECK_FALSE(decode_plan(""));
  CHECK_FALSE(decode_plan("P"));
  CHECK_FALSE(decode_plan("no token at all"));
}

TEST_CASE("a token that spells a number otherwise than we do is refused", "[plan]") {
  const auto token = [](bool has_needless_zero) {
    TokenWriter writer;
    writer.fixed(5, 3);
    if (has_needless_zero) writer.fixed(16, 1);  // nothing, and more follows
    writer.number(0);                            // the seed
    writer.number(0);                            // the strategy
    writer.number(0);
    writer.number(0);
    return "P" + writer.finish();
  };
  CHECK(decode_plan(token(false)));
  CHECK_FALSE(decode_plan(token(true)));
}

/// Asks `oracle` a few hundred questions at a few sites, and returns its answers.
std::vector<std::uint64_t> answers(Oracle& oracle) {
  std::vector<Site> sites;
  for (std::uint64_t i = 0; i < 5; ++i) sites.emplace_back(i % 2 == 0 ? "turn" : "latency", i);
  std::vector<std::uint64_t> result;
  for (int round = 0; round < 60; ++round) {
    for (Site& site : sites) result.push_back(oracle.decide(site, 12));
  }
  return result;
}

TEST_CASE("following what a search noted repeats it, whatever its strategy", "[oracle]") {
  for (const Strategy strategy :
       {Strategy::fifo, Strategy::random, Strategy::pct, Strategy::walk}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SearchOracle search(seed, strategy);
      const auto chosen = answers(search);
      Plan plan;
      for (const Decision& decision : search.decisions()) {
        plan.deviations.push_back({decision.site, decision.nth, decision.choice});
      }
      PlanOracle follow(plan);
      CHECK(answers(follow) == chosen);
      CHECK(follow.decisions().size() == plan.deviations.size());
      SearchOracle again(seed, strategy);
      CHECK(answers(again) == chosen);
    }
  }
}

TEST_CASE("each strategy holds tasks back in its own way", "[oracle]") {
  const auto turns = [](Strategy strategy) {
    SearchOracle oracle(3, strategy);
    Site site("turn", 1);
    std::vector<std::uint64_t> choices;
    for (int i = 0; i < 1000; ++i) choices.push_back(oracle.decide(site, 12));
    return choices;
  };
  const auto plain_share = [&](Strategy strategy) {
    const auto choices = turns(strategy);
    return std::count(choices.begin(), choices.end(), 0u);
  };
  CHECK(plain_share(Strategy::fifo) == 1000);
  CHECK(plain_share(Strategy::random) > 480);  // a half, and a twelfth of the other
  CHECK(plain_share(Strategy::random) < 600);
  CHECK(plain_share(Strategy::walk) > 50);  // a twelfth
  CHECK(plain_share(Strategy::walk) < 120);
}

TEST_CASE("pct: a priority holds, but for d - 1 falls behind all others", "[oracle]") {
  std::set<unsigned> depths;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Priorities priorities(seed);
    depths.insert(priorities.depth());
    std::vector<Site> sites;
    for (std::uint64_t task = 0; task < 20; ++task) sites.emplace_back("turn", task);
    std::vector<std::uint64_t> first;
    unsigned falls = 0;
    for (int round = 0; round < 200; ++round) {
      for (std::size_t task = 0; task < sites.size(); ++task) {
        const std::uint64_t turn = priorities.turn(sites[task], 12);
        if (round == 0) first.push_back(turn);
        if (turn == first[task]) continue;
        CHECK(turn == 11);
        first[task] = turn;
        ++falls;
      }
    }
    CHECK(falls < priorities.depth());
  }
  CHECK(depths == std::set<unsigned>{1, 2, 3, 4, 5});
}

}  // namespace
}  // namespace rill::simnet
