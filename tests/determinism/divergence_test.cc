// Two runs that part are told where, by whom and at which line; two that do not are the same.
#include "simnet/divergence.h"

#include "scheduler/api.h"
#include "simnet/network.h"
#include "tests/determinism/scenarios.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

using testing::contains;

EventLog log_of(const char* scenario, std::uint64_t seed) {
  EventLog log;
  testing::find_scenario(scenario).run(seed, &log);
  return log;
}

constexpr std::uint32_t kSleepLine = __LINE__ + 3;
Task<> sleeper(Duration length) {
  co_await null();
  co_await sleep(length);
}

EventLog log_of_sleep(Duration length) {
  Network network;
  EventLog log;
  run(sleeper(length), network, {.trace_sink = &log});
  return log;
}

TEST_CASE("runs of one seed do not diverge, those of two seeds do", "[divergence]") {
  for (const testing::Scenario& scenario : testing::all_scenarios()) {
    INFO(scenario.name);
    const EventLog one = log_of(scenario.name.c_str(), 1);
    CHECK(one.events().size() > 100);
    CHECK_FALSE(first_divergence(one, log_of(scenario.name.c_str(), 1)));
    CHECK(first_divergence(one, log_of(scenario.name.c_str(), 2)));
  }
}

RILL_PROPERTY("two runs diverge if and only if their fingerprints differ", unsigned one,
              unsigned other) {
  const testing::Scenario& echo = testing::find_scenario("echo");
  EventLog log;
  EventLog other_log;
  const bool is_same = echo.run(one % 4, &log) == echo.run(other % 4, &other_log);
  RC_ASSERT(first_divergence(log, other_log).has_value() != is_same);
}

TEST_CASE("a divergence names the moment, the task and the source line", "[divergence]") {
  const auto divergence = first_divergence(log_of_sleep(1_ms), log_of_sleep(2_ms));
  REQUIRE(divergence);
  REQUIRE(divergence->one);
  REQUIRE(divergence->other);
  CHECK(divergence->one->at == Instant{} + 1_ms);
  CHECK(divergence->other->at == Instant{} + 2_ms);
  CHECK(divergence->one->line == kSleepLine);
  const std::string line = "divergence_test.cc:" + std::to_string(kSleepLine);
  CHECK_THAT(divergence->explain(), contains("differ in the time"));
  CHECK_THAT(divergence->explain(), contains("one:    1.000 ms  #1 'main'  step  at"));
  CHECK_THAT(divergence->explain(), contains("other:  2.000 ms  #1 'main'  step  at"));
  CHECK_THAT(divergence->explain(), contains(line));
  REQUIRE(divergence->before);
  CHECK(divergence->before->line == kSleepLine - 1);
}

TEST_CASE("a run that ends early diverges from one that goes on", "[divergence]") {
  const EventLog whole = log_of("echo", 1);
  const std::string text = whole.text();
  const std::size_t last_line = text.rfind('\n', text.size() - 2) + 1;
  const EventLog shorter = EventLog::from_text(std::string_view(text).substr(0, last_line));
  const auto divergence = first_divergence(whole, shorter);
  REQUIRE(divergence);
  CHECK(divergence->equal_events == whole.events().size() - 1);
  CHECK(divergence->one);
  CHECK_FALSE(divergence->other);
  CHECK_THAT(divergence->explain(), contains("other:  nothing: this run has ended"));
  CHECK(first_divergence(shorter, whole));
}

TEST_CASE("each column that a fingerprint sees makes two events different", "[divergence]") {
  const std::string line = "5\t1\tsend\t2\t3\t4\tname\ttext\tfile\t6\n";
  const auto is_different = [&line](const std::string& changed) {
    return first_divergence(EventLog::from_text(line), EventLog::from_text(changed)).has_value();
  };
  CHECK(is_different("6\t1\tsend\t2\t3\t4\tname\ttext\tfile\t6\n"));
  CHECK(is_different("5\t2\tsend\t2\t3\t4\tname\ttext\tfile\t6\n"));
  CHECK(is_different("5\t1\trecv\t2\t3\t4\tname\ttext\tfile\t6\n"));
  CHECK(is_different("5\t1\tsend\t1\t3\t4\tname\ttext\tfile\t6\n"));
  CHECK(is_different("5\t1\tsend\t2\t1\t4\tname\ttext\tfile\t6\n"));
  CHECK(is_different("5\t1\tsend\t2\t3\t1\tname\ttext\tfile\t6\n"));
  CHECK_FALSE(is_different("5\t1\tsend\t2\t3\t4\tother\twords\telsewhere\t7\n"));  // a rename
}

TEST_CASE("a log goes through text and comes back the same", "[log]") {
  const EventLog log = log_of("rough", 3);
  const EventLog again = EventLog::from_text(log.text());
  CHECK_FALSE(first_divergence(log, again));
  CHECK(again.text() == log.text());
}

TEST_CASE("text that is no event log is refused, and the line is named", "[log]") {
  const std::string good = "5\t1\tsend\t2\t3\t4\tname\ttext\tfile\t6\n";
  CHECK(EventLog::from_text("").events().empty());
  CHECK(EventLog::from_text(good + good).events().size() == 2);
  for (const char* const bad :
       {"5\t1\tsend\t2\t3\t4\tname\ttext\tfile\n", "5\t1\tsent\t2\t3\t4\tname\ttext\tfile\t6\n",
        "x\t1\tsend\t2\t3\t4\tname\ttext\tfile\t6\n", "\n",
        "5\t1\tsend\t2\t3\t4\tname\ttext\tfile\t6\t7\n"}) {
    CHECK_THROWS_WITH(EventLog::from_text(good + bad), contains("line 2 of the event log"));
  }
}

TEST_CASE("what one run leaves to the next is found by running twice in one process", "[twice]") {
  static int runs = 0;
  const auto run_once = [](bool leaks, TraceSink& sink) {
    Network network;
    ++runs;
    run(sleeper(leaks ? microseconds(runs) : 5_us), network, {.trace_sink = &sink});
  };
  CHECK_FALSE(diverges_when_run_twice([&](TraceSink& sink) { run_once(false, sink); }));
  CHECK(diverges_when_run_twice([&](TraceSink& sink) { run_once(true, sink); }));
  CHECK(runs == 4);
}

}  // namespace
}  // namespace rill::simnet
