// Why, in a trace: which timer ends a wait, why a task ended, what refutes a property.
#include "scheduler/api.h"
#include "scheduler/trace/reader.h"
#include "simnet/explore/search.h"
#include "simnet/explore/story.h"
#include "tests/testing/testing.h"
#include "tests/trace/traced.h"

namespace rill::testing {
namespace {

using trace::Kind;
using trace::Record;

std::string here(unsigned line) { return "reasons_test.cc:" + std::to_string(line); }

unsigned line_of_timeout = 0;

Task<> sleeps_long() { co_await sleep(1_s); }

Task<> sleeper() {
  co_await sleep(250_ms);
  line_of_timeout = __LINE__ + 1;
  co_await timeout(500_ms, sleeps_long());
}

TEST_CASE("a wait says how long its timer lasts, and where a timeout around it was set") {
  const trace::Log log = traced(sleeper());
  std::vector<Record> blocks;
  for (const Record& record : log.records) {
    if (record.kind == Kind::block) blocks.push_back(record);
  }
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].until_ns == 250'000'000);
  CHECK(blocks[0].limit_ns == 250'000'000);
  CHECK(blocks[0].limit_at.empty());
  CHECK(blocks[1].until_ns == 750'000'000);
  CHECK(blocks[1].limit_ns == 500'000'000);
  CHECK(blocks[1].limit_at == here(line_of_timeout));
  const Record& time_out = first(log, Kind::time_out, "main");
  CHECK(time_out.limit_ns == 500'000'000);
  CHECK(time_out.at == here(line_of_timeout));
}

unsigned line_of_kill = 0;
unsigned line_of_throw = 0;

Task<> waits_for_ever() {
  Event never;
  co_await never.wait();
}

Task<> throws() {
  line_of_throw = __LINE__ + 1;
  co_await null();
  throw std::runtime_error("no such door");
}

Task<> killer() {
  TaskRef victim = spawn(waits_for_ever()).named("victim");
  TaskRef bystander = spawn(waits_for_ever()).named("bystander");
  co_await null();
  line_of_kill = __LINE__ + 1;
  co_await kill(victim);
  TaskRef fails = spawn(throws()).named("fails");
  try {
    co_await join(fails);
  } catch (const std::runtime_error&) {  // as expected
  }
}

TEST_CASE("a kill says who did it and in which line; at the end of the run, that it ends") {
  RunOptions options;
  options.stop_with_root = true;
  const trace::Log log = traced(killer(), options);
  const Record& kill = first(log, Kind::kill, "victim");
  CHECK(plain(kill.task) == "main");
  CHECK(kill.at == here(line_of_kill));
  CHECK(kill.text.empty());
  const Record& end = first(log, Kind::kill, "bystander");
  CHECK(end.task.empty());
  CHECK(end.text == "the run ends");
}

TEST_CASE("a failure says what was thrown, and where the task was last") {
  const trace::Log log = traced(killer());
  const Record& fail = first(log, Kind::fail, "fails");
  CHECK(fail.text == "no such door");
  CHECK(fail.at == here(line_of_throw));
}

Task<> kills_itself() { co_await kill(self()); }

Task<> group_of(bool one_fails) {
  Group group;
  group.spawn(waits_for_ever()).named("sibling");
  if (one_fails) group.spawn(throws()).named("black sheep");
  co_await null();
  co_await null();
  co_await null();
}

Task<> groups() {
  TaskRef left = spawn(group_of(false)).named("left");
  co_await join(left);
  co_await join(spawn(kills_itself()).named("itself"));
}

TEST_CASE("a group that is left, or of which a task fails, says so of those that it kills") {
  const trace::Log left = traced(groups());
  CHECK(first(left, Kind::kill, "sibling").text == "its group is left");
  CHECK(plain(first(left, Kind::kill, "sibling").task) == "left");
  CHECK(first(left, Kind::kill, "itself").task.empty());
  const trace::Log failed = traced(group_of(true));
  CHECK_THAT(first(failed, Kind::kill, "sibling").text,
             contains("'black sheep' of its group has failed"));
}

Task<> boots(simnet::Simulation& sim) {
  const HostId host = sim.host("shaky");
  sim.network().boot(host, [] { return waits_for_ever(); });
  co_await sleep(1_ms);
  sim.network().crash(host);
  co_await sleep(1_ms);
}

trace::Log told(const simnet::Scenario& scenario) {
  return trace::read(simnet::tell(1, scenario, {}, simnet::Plan()).trace);
}

TEST_CASE("whose host crashes is killed by nobody, and it says why") {
  const trace::Log log = told(boots);
  const Record& kill = first(log, Kind::kill, "shaky");
  CHECK(kill.task.empty());
  CHECK(kill.text == "its host goes down");
}

unsigned line_of_require = 0;

Task<> demands(simnet::Simulation& sim) {
  const int replies = 2;
  sim.require(true, "there is an answer", "never shown");
  line_of_require = __LINE__ + 1;
  sim.require(replies == 3, "every question is answered",
              "expected 3 replies, got " + std::to_string(replies));
  co_return;
}

const Record& verdict(const trace::Log& log, const std::string& sentence) {
  for (const Record& record : log.records) {
    if (record.kind == Kind::property && record.name == sentence) return record;
  }
  FAIL("there is no verdict of: " << sentence);
  return log.records.front();
}

TEST_CASE("a property that does not hold has the values of the report, and the line that asked") {
  const simnet::Failure failure = simnet::tell(1, demands, {}, simnet::Plan());
  const trace::Log log = trace::read(failure.trace);
  const Record& refuted = verdict(log, "every question is answered");
  CHECK(refuted.text == "expected 3 replies, got 2");
  CHECK(refuted.at == here(line_of_require));
  CHECK_THAT(failure.text, contains(refuted.text));
  CHECK(verdict(log, "there is an answer").text.empty());
}

Task<> adds_one(int& sum) {
  co_await null();
  ++sum;
  co_await null();
}

Task<> bounded(simnet::Simulation& sim) {
  auto& sum = sim.make<int>(0);
  sim.always(
      "the sum stays below one", [&sum] { return sum < 1; },
      [&sum] { return "it is " + std::to_string(sum); });
  co_await join(spawn(adds_one(sum)).named("culprit"));
}

Task<> unfinished(simnet::Simulation& sim) {
  sim.finally("all is done", [] { return false; }, [] { return "2 of 3 are done"; });
  co_return;
}

TEST_CASE("what an invariant is broken by is the step that it names; a goal has its values too") {
  const simnet::Failure failure = simnet::tell(1, bounded, {}, simnet::Plan());
  const trace::Log log = trace::read(failure.trace);
  const Record& broken = verdict(log, "always: the sum stays below one");
  CHECK(broken.text == "it is 1");
  CHECK_THAT(failure.text, contains("it is 1"));
  REQUIRE(log.find(broken.cause) != nullptr);
  CHECK(log.find(broken.cause)->kind == Kind::step);
  CHECK(plain(log.find(broken.cause)->task) == "culprit");
  const trace::Log unmet = told(unfinished);
  const Record& goal = verdict(unmet, "in the end: all is done");
  CHECK(goal.text == "2 of 3 are done");
  CHECK(goal.cause == 0);
}

}  // namespace
}  // namespace rill::testing
