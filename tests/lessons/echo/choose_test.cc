// --choose, as a user types it: one decision of a run otherwise, and all that is said where the run
// does not have it.
#include <algorithm>
#include <string>
#include <vector>

#include "scheduler/choice.h"
#include "scheduler/trace/reader.h"
#include "tests/lessons/common/child.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using trace::Record;

const std::string kEcho = "lessons/echo/echo";

/// Of the same seed, with these flags more.
struct Run {
  Finished finished;
  trace::Log log;
};
Run traced(std::vector<std::string> more) {
  const ScratchFolder folder;
  const std::string path = (folder.path / "t.jsonl").string();
  std::vector<std::string> words = {kEcho, "--seed", "7", "--trace", path};
  words.insert(words.end(), more.begin(), more.end());
  Run run{run_child(words), {}};
  run.log = trace::read_file(path);
  return run;
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

std::vector<const Record*> decisions_of(const trace::Log& log) {
  std::vector<const Record*> decisions;
  for (const Record& record : log.records) {
    if (record.kind == trace::Kind::decide) decisions.push_back(&record);
  }
  return decisions;
}

std::string word(const Record& decision, std::uint64_t choice) {
  return decision_word(decision.site, decision.key, decision.count) + ":" + std::to_string(choice);
}

/// Another choice than was made.
std::uint64_t another(const Record& decision) { return decision.choice == 0 ? decision.of - 1 : 0; }

/// Up to the decision both runs are the same, and there they differ in the choice alone.
void check_parts_at(const Record& decision, const trace::Log& plain, const trace::Log& changed,
                    std::uint64_t choice) {
  const auto place = static_cast<std::size_t>(&decision - plain.records.data());
  REQUIRE(changed.records.size() > place);
  CHECK(std::equal(plain.records.begin(), plain.records.begin() + static_cast<long>(place),
                   changed.records.begin()));
  Record there = changed.records[place];
  CHECK(there.choice == choice);
  there.choice = decision.choice;
  there.text = decision.text;
  CHECK(there == decision);
}

TEST_CASE("one decision of a run is made otherwise, and all before it is the same run") {
  const Run plain = traced({});
  const std::vector<const Record*> decisions = decisions_of(plain.log);
  REQUIRE(decisions.size() > 20);
  for (const std::size_t place : {std::size_t{0}, decisions.size() / 2, decisions.size() - 1}) {
    const Record& decision = *decisions[place];
    const std::string choice = word(decision, another(decision));
    CAPTURE(choice);
    const Run changed = traced({"--choose", choice});
    CHECK(changed.finished.exit_code == 0);
    CHECK(changed.finished.err.empty());
    check_parts_at(decision, plain.log, changed.log, another(decision));
    CHECK(last_line(changed.finished.out) != last_line(plain.finished.out));
    CHECK_THAT(changed.finished.out, contains("seed 7 but for 1 choice "));
    CHECK(changed.log.header.chosen == std::vector{choice});
    CHECK(traced({"--choose=" + choice}).log.records == changed.log.records);
  }
}

TEST_CASE("what is decided after that is decided as the seed has it") {
  const Run plain = traced({});
  const Record& first = *decisions_of(plain.log).front();
  const Run changed = traced({"--choose", word(first, another(first))});
  const std::vector<const Record*> after = decisions_of(changed.log);
  std::size_t shared = 0;
  for (const Record* const before : decisions_of(plain.log)) {
    const auto same = std::ranges::find_if(after, [before](const Record* other) {
      return other->key == before->key && other->count == before->count && other->of == before->of;
    });
    if (same == after.end() || before == &first) continue;
    ++shared;
    CHECK((*same)->choice == before->choice);
  }
  CHECK(shared > 10);
}

TEST_CASE(
    "to choose what the seed says is the run of the seed, and without the flag nothing differs") {
  const Run plain = traced({});
  const Record& decision = *decisions_of(plain.log)[3];
  const Run same = traced({"--choose", word(decision, decision.choice)});
  CHECK(same.finished.exit_code == 0);
  CHECK(same.log.records == plain.log.records);
  CHECK(plain.log.header.chosen.empty());
}

TEST_CASE("several choices are made in one run, in whatever order they are given") {
  const Run plain = traced({});
  const Record& first = *decisions_of(plain.log)[0];
  const std::string one = word(first, another(first));
  const Run with_one = traced({"--choose", one});
  const Record& last = *decisions_of(with_one.log).back();
  const std::string other = word(last, another(last));
  const Run with_both = traced({"--choose", other, "--choose", one});
  CHECK(with_both.finished.exit_code == 0);
  CHECK_THAT(with_both.finished.out, contains("seed 7 but for 2 choices "));
  check_parts_at(last, with_one.log, with_both.log, another(last));
}

TEST_CASE("a trace has the command of its run, without where files go and how much is said") {
  CHECK(traced({}).log.header.command == "./rill run echo");
  CHECK(traced({"--quiet", "--sim"}).log.header.command == "./rill run echo");
  CHECK(
      traced({"--port=4000", "--full", "--verbose", "--drain-timeout", "2.5"}).log.header.command ==
      "./rill run echo --port=4000 --verbose --drain-timeout 2.5");
}

TEST_CASE("a choice that the run does not have is said at its end, and the exit code is 2") {
  const Run plain = traced({});
  const Record& decision = *decisions_of(plain.log)[3];
  const auto check_missed = [&plain](const std::string& choice, const std::string& reason) {
    CAPTURE(choice);
    const Run run = traced({"--choose", choice});
    CHECK(run.finished.exit_code == 2);
    CHECK(run.finished.err.starts_with(
        "echo: --choose asks for what this run does not have: " + choice + " (" + reason));
    CHECK(std::ranges::count(run.finished.err, '\n') == 1);
    CHECK(last_line(run.finished.out) == last_line(plain.finished.out));
    CHECK(run.log.records == plain.log.records);
  };
  check_missed(word(decision, decision.of),
               "there are choices 0 to " + std::to_string(decision.of - 1) + "); ");
  check_missed(decision_word(decision.site, decision.key, 1'000'000) + ":0", "the run has ");
  check_missed("turn@0000000000000bad:0:1", "the run never comes to this site); ");
  check_missed("no-such-site" + word(decision, 0).substr(decision.site.size()),
               "the run never comes to this site); ");
}

TEST_CASE("a run that fails before it comes to the choice says both") {
  const Finished run = run_child(
      {"tests/lessons/echo/failing", "deadlock", "--choose", "turn@0000000000000bad:0:1"});
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.err, contains("the run never comes to this site") && contains("deadlock: "));
}

TEST_CASE("wrong use of --choose is one sentence and exit code 2, before anything runs") {
  const auto check_refused = [](std::vector<std::string> words, const std::string& part) {
    words.insert(words.begin(), kEcho);
    const Finished run = run_child(words);
    CAPTURE(words, run.out);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, contains(part));
    CHECK(std::ranges::count(run.err, '\n') == 1);
    CHECK(run.err.starts_with("echo: "));
  };
  const std::string good = "turn@0000000000000bad:0:1";
  check_refused({"--choose"}, "--choose wants a value after it");
  check_refused({"--choose", "turn:0:1"}, "--choose takes SITE:NTH:CHOICE");
  check_refused({"--choose", ""}, "not ''");
  check_refused({"--choose", good, good}, "there is no argument '" + good + "'");
  check_refused({"--choose", good, "--choose", "turn@0000000000000bad:0:2"},
                "decides turn@0000000000000bad:0 twice");
  check_refused({"--real", "--choose", good}, "within a simulated run");
  check_refused({"--replay", "x", "--choose", good}, "leave out --choose");
}

TEST_CASE("every program has it") {
  const Finished run =
      run_child({"lessons/delegation/delegation", "--choose", "turn@0000000000000bad:0:1"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, contains("never comes to this site"));
}

}  // namespace
}  // namespace rill::testing
