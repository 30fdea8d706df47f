// Single decisions made otherwise: their words, and the oracle that makes them.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "scheduler/choosing_oracle.h"
#include "tests/scheduler/support.h"
#include "tests/testing/property.h"

using namespace rill;
using namespace rill::testing;

namespace {

/// A text with all that a site's name may have, and more.
std::string any_name() {
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("aZ09-._ /:@$'\"\\\n\xC3\xBC"))));
}

RILL_PROPERTY("a choice is a word, which is read back as the same choice", std::uint64_t key,
              std::uint64_t nth, std::uint64_t choice) {
  const Choice made{site_word(any_name()), key, nth, choice};
  const std::string word = to_string(made);
  RC_ASSERT(parse_choice(word) == made);
  RC_ASSERT(word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-._@:") == word.npos);
  RC_ASSERT(word == decision_word(made.site, key, nth) + ":" + std::to_string(choice));
}

TEST_CASE("a site's name is one word, whatever it has between its letters") {
  CHECK(site_word("byte of silent death") == "byte-of-silent-death");
  CHECK(site_word("a, b\t\xC3\xBC$(c)") == "a-b-c-");
  CHECK(to_string(Choice{"short-read", 0xBAD, 4, 1}) == "short-read@0000000000000bad:4:1");
}

TEST_CASE("what is not quite the word of a choice is none") {
  const std::string key = "00c2d4e6b7085f3a";
  REQUIRE(parse_choice("turn@" + key + ":4:1"));
  for (const std::string& word : std::vector<std::string>{
           "", "turn:4:1", "turn@" + key + ":4", "@" + key + ":4:1",
           "turn@" + key + ":4:", "turn@" + key + "::1", "turn@" + key.substr(1) + ":4:1",
           "turn@0" + key + ":4:1", "turn@00C2D4E6B7085F3A:4:1", "turn@0x" + key.substr(2) + ":4:1",
           "turn@" + key + ":-4:1", "turn@" + key + ":4:+1", "turn@" + key + ":4:1 ",
           "short read@" + key + ":4:1", "turn@" + key + ":4:18446744073709551616"}) {
    INFO(word);
    CHECK_FALSE(parse_choice(word));
  }
}

constexpr int kSites = 3;
constexpr std::uint64_t kAlternatives = 5;

/// What an oracle says at three sites, each asked so often, in turn; then their counts.
std::vector<std::uint64_t> asked(Oracle& oracle, int times) {
  std::vector<Site> sites;
  for (std::uint64_t i = 0; i < kSites; ++i) sites.emplace_back("a site", i);
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < times; ++i) {
    for (Site& site : sites) answers.push_back(oracle.decide(site, kAlternatives));
  }
  for (const Site& site : sites) answers.push_back(site.count);
  return answers;
}

RILL_PROPERTY("the listed decisions are as listed, and all others as the seed has them",
              std::uint64_t seed) {
  const int times = *rc::gen::inRange(1, 20);
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> wanted;  // (site, nth) -> choice
  for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
    const std::pair place{*rc::gen::inRange<std::uint64_t>(0, kSites),
                          *rc::gen::inRange<std::uint64_t>(0, static_cast<std::uint64_t>(times))};
    wanted[place] = *rc::gen::inRange<std::uint64_t>(0, kAlternatives);
  }
  std::vector<Choice> choices;
  for (const auto& [place, choice] : wanted) {
    choices.push_back({"a-site", Site("a site", place.first).key, place.second, choice});
  }
  SeededOracle seeded(seed);
  std::vector<std::uint64_t> expected = asked(seeded, times);
  for (const auto& [place, choice] : wanted) expected[kSites * place.second + place.first] = choice;
  ChoosingOracle oracle(seeded, choices);
  RC_ASSERT(asked(oracle, times) == expected);
  RC_ASSERT(oracle.not_made().empty());
}

TEST_CASE("a choice that the run does not have is left to the seed, and is told with its reason") {
  const std::uint64_t key = Site("a site", 1).key;
  SeededOracle seeded(7);
  ChoosingOracle oracle(seeded, {{"a-site", key, 2, kAlternatives},
                                 {"a-site", key, 3, 0},
                                 {"another", key, 0, 0},
                                 {"a-site", key + 1, 0, 0},
                                 {"a-site", key, 0, kAlternatives - 1}});
  CHECK(oracle.not_made().find(':') != std::string::npos);  // before anything was asked
  SeededOracle alone(7);
  std::vector<std::uint64_t> expected = asked(alone, 3);
  expected[1] = kAlternatives - 1;
  CHECK(asked(oracle, 3) == expected);
  const auto word = [](std::uint64_t of, const std::string& rest) {
    return decision_word("a site", of, 0).substr(0, 24) + rest;
  };
  CHECK(oracle.not_made() == word(key, "2:5 (there are choices 0 to 4), ") +
                                 word(key, "3:0 (the run has decisions 0 to 2 there), ") +
                                 "another@" + word(key, "0:0").substr(7) +
                                 " (the run never comes to this site), " +
                                 word(key + 1, "0:0 (the run never comes to this site)"));
}

TEST_CASE("it orders tasks as the other oracle does") {
  SeededOracle in_line(1);
  SeededOracle by_chance(1, SeededOracle::Order::random);
  CHECK_FALSE(ChoosingOracle(in_line, {}).orders_tasks());
  CHECK(ChoosingOracle(by_chance, {}).orders_tasks());
  CHECK(ChoosingOracle(by_chance, {}).line() == Oracle::Line::open);
}

/// Tasks that take turns, in the order that the oracle settles.
Task<> race(std::string& order) {
  Group group;
  for (char name = 'a'; name < 'f'; ++name) {
    group.spawn([&order, name]() -> Task<> {
      co_await null();
      order += name;
    });
  }
  co_await group.wait();
}

/// The decisions of a run, in words, with what was chosen.
class Decisions final : public TraceSink {
 public:
  void on_event(const TraceEvent& event) override {
    if (event.kind == EventKind::decide) made.emplace_back(event.a, event.b);
  }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> made;  ///< key, choice
};

TEST_CASE("a run with one choice is the same up to there, and another from there on") {
  const auto run_with = [](std::vector<Choice> choices, std::string& order) {
    SeededOracle seeded(3, SeededOracle::Order::random);
    ChoosingOracle oracle(seeded, std::move(choices));
    Decisions decisions;
    run_alone(race(order), {.oracle = &oracle, .trace_sink = &decisions});
    CHECK(oracle.not_made().empty());
    return decisions.made;
  };
  std::string plain;
  const auto before = run_with({}, plain);
  std::set<std::string> orders;
  std::map<std::uint64_t, std::uint64_t> counts;  // of decisions at a site
  for (std::size_t place = 0; place < before.size(); ++place) {
    const auto [key, choice] = before[place];
    const std::uint64_t another = choice == 0 ? 10 : 0;
    std::string order;
    const auto after = run_with({{"turn", key, counts[key]++, another}}, order);
    REQUIRE(after.size() > place);
    CHECK(std::equal(after.begin(), after.begin() + static_cast<long>(place), before.begin()));
    CHECK(after[place] == std::pair{key, another});
    orders.insert(order);
  }
  CHECK(orders.size() > 2);
}

}  // namespace
