// The recorder, over many runs: what it writes is consistent, the same each time, and changes
// nothing.
#include "scheduler/trace/recorder.h"

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "lessons/common/worlds.h"
#include "lessons/crawler/program.h"
#include "lessons/echo/echo.h"
#include "lessons/httpd/httpd.h"
#include "net/net.h"
#include "scheduler/api.h"
#include "scheduler/trace/reader.h"
#include "simnet/explore/portfolio.h"
#include "simnet/explore/run_trace.h"
#include "simnet/network.h"
#include "simnet/trace/surroundings.h"
#include "tests/explore/moving_service.h"
#include "tests/testing/testing.h"
#include "tests/trace/busy_town.h"
#include "tests/trace/consistency.h"

namespace rill::testing {
namespace {

struct Traced {
  std::string text;
  std::string fingerprint;
};

/// As ./rill run NAME --seed N --trace FILE does it.
Traced trace_lesson(const lesson::Program& program, std::uint64_t seed, bool is_traced = true) {
  lesson::Settings settings;
  settings.seed = seed;
  settings.port = program.port;
  simnet::Network network(lesson::network_options(program));
  simnet::TraceSurroundings surroundings(network);
  trace::TextWriter lines({.program = program.name, .seed = seed});
  trace::Recorder recorder(surroundings, lines);
  RunReport report;
  lesson::play_scenario(program, settings, network, nullptr, report,
                        is_traced ? &recorder : nullptr);
  recorder.end(report);
  return {lines.text(), report.fingerprint};
}

/// As a search does it: in the world and with the faults that the seed gets.
Traced trace_search(const simnet::Scenario& scenario, std::uint64_t seed) {
  const simnet::Attempt attempt = simnet::attempt_of(seed);
  simnet::Plan plan;
  plan.seed = seed;
  plan.strategy = attempt.strategy;
  simnet::SearchOracle oracle(seed, attempt.strategy);
  simnet::RunTrace trace({.program = "search", .seed = seed}, nullptr, SIZE_MAX);
  const simnet::RunResult result =
      simnet::run_once(scenario, {}, attempt.world, plan, oracle, &trace);
  return {trace.text(), result.fingerprint};
}

std::vector<std::pair<std::string, std::function<Traced(std::uint64_t seed)>>> all_scenarios() {
  return {
      {"echo",
       [](std::uint64_t seed) {
         lesson::EchoFlags flags;
         return trace_lesson(lesson::echo_program(flags), seed);
       }},
      {"httpd",
       [](std::uint64_t seed) {
         httpd::Flags flags;
         return trace_lesson(httpd::httpd_program(flags), seed);
       }},
      {"crawler",
       [](std::uint64_t seed) {
         crawler::Choices choices;
         return trace_lesson(crawler::crawler_program(choices), seed);
       }},
      {"moving service",
       [](std::uint64_t seed) { return trace_search(simnet::moving_service, seed); }},
      {"busy town", [](std::uint64_t seed) { return trace_search(busy_town, seed); }},
  };
}

TEST_CASE("the traces of lessons and of searched worlds with every fault are consistent") {
  for (const auto& [name, run] : all_scenarios()) {
    const std::uint64_t seeds = name == "crawler" || name == "httpd" ? 3 : 30;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      INFO(name << ", seed " << seed);
      const Traced traced = run(seed);
      const trace::Log log = trace::read(traced.text);
      REQUIRE(what_is_inconsistent(log) == "");
      REQUIRE(log.records.back().fingerprint == traced.fingerprint);
      REQUIRE(trace::what_is_missing(log) == "");
    }
  }
}

TEST_CASE("the same seed is the same trace to the byte, and another seed is another") {
  for (const auto& [name, run] : all_scenarios()) {
    INFO(name);
    const Traced first = run(7);
    REQUIRE(run(7).text == first.text);
    REQUIRE(run(8).text != first.text);
  }
}

Task<> echo_once(Connection client) {
  const std::string data = co_await client.recv(64);
  co_await client.sendall(data);
}

Task<> serve_many() { co_await server(Listener("", 7), echo_once); }

Task<> visit_many(int visits) {
  for (int i = 0; i < visits; ++i) {
    Connection connection = co_await connect(Address::loopback_ipv4(7));
    co_await connection.sendall("hello\n");
    std::optional<std::string> answer = co_await timeout(1_s, connection.readline());
  }
}

Task<> many_visits(int visits) {
  TaskRef serving = spawn(serve_many());
  co_await null();
  co_await join(spawn(visit_many(visits)));
  co_await kill(serving);
}

std::string without_data(const std::string& line) {
  const std::string_view field = ",\"data\":\"";
  const std::size_t begin = line.find(field);
  if (begin == line.npos) return line;
  std::size_t end = begin + field.size();
  while (line[end] != '"') end += line[end] == '\\' ? 2 : 1;
  return line.substr(0, begin) + line.substr(end + 1);
}

TEST_CASE("every line is what a JSON library writes, but for the escapes of data") {
  for (const auto& [name, run] : all_scenarios()) {
    std::istringstream lines(run(3).text);
    for (std::string line; std::getline(lines, line);) {
      auto object = nlohmann::ordered_json::parse(line);
      object.erase("data");
      REQUIRE(object.dump() == without_data(line));
    }
  }
}

/// What a sink, or a recorder, hears of segments.
class SegmentTexts final : public TraceSink {
 public:
  void on_event(const TraceEvent& event) override {
    if (event.kind == EventKind::segment) texts.emplace_back(event.text);
  }
  std::vector<std::string> texts;
};

TEST_CASE("the bytes of a segment are put together for a sink only") {
  for (const bool has_sink : {false, true}) {
    SegmentTexts sink;
    SegmentTexts recorder;
    simnet::Network network;
    RunOptions options;
    options.trace_sink = has_sink ? &sink : nullptr;
    options.recorder = &recorder;
    run(many_visits(1), network, options);
    REQUIRE(recorder.texts.size() > 1);
    CHECK(recorder.texts[0] == (has_sink ? "hello\n" : ""));
    CHECK(sink.texts.size() == (has_sink ? recorder.texts.size() : 0));
  }
}

/// Looks on beside a RunTrace.
class Onlooker final : public simnet::RunObserver {
 public:
  void on_world(const simnet::Network&) override { ++worlds; }
  void on_event(const TraceEvent&) override { ++events; }
  void on_report(const RunReport& report) override { tasks = report.tasks; }
  int worlds = 0;
  std::uint64_t events = 0;
  std::uint64_t tasks = 0;
};

TEST_CASE("who looks on beside the trace of a run hears of its world, its events and its report") {
  Onlooker onlooker;
  simnet::RunTrace trace({.program = "search", .seed = 1}, &onlooker);
  simnet::Plan plan;
  plan.seed = 1;
  simnet::SearchOracle oracle(1, plan.strategy);
  simnet::run_once(busy_town, {}, simnet::attempt_of(1).world, plan, oracle, &trace);
  CHECK(onlooker.worlds == 1);
  CHECK(onlooker.events > 0);
  CHECK(onlooker.tasks == trace::read(trace.text()).records.back().tasks);
  CHECK(onlooker.tasks > 0);
}

TEST_CASE("a run with a recorder has the fingerprint of one without") {
  lesson::EchoFlags flags;
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    const lesson::Program program = lesson::echo_program(flags);
    REQUIRE(trace_lesson(program, seed, true).fingerprint ==
            trace_lesson(program, seed, false).fingerprint);
  }
}

/// Counts records, and how much the recorder keeps meanwhile.
class CountingSink final : public trace::LineSink {
 public:
  void end(const trace::Record&) override { ++records; }
  void write(trace::Kind, std::string_view) override {
    ++records;
    if (recorder != nullptr) most_kept = std::max(most_kept, recorder->kept());
  }
  const trace::Recorder* recorder = nullptr;
  std::uint64_t records = 0;
  std::size_t most_kept = 0;
};

TEST_CASE("a million events pass through a recorder that keeps what is alive and no more") {
  simnet::Network network;
  simnet::TraceSurroundings surroundings(network);
  CountingSink sink;
  trace::Recorder recorder(surroundings, sink);
  sink.recorder = &recorder;
  SeededOracle oracle(1);
  RunReport report;
  RunOptions options;
  options.oracle = &oracle;
  options.recorder = &recorder;
  options.report = &report;
  run(many_visits(30'000), network, options);
  recorder.end(report);
  CHECK(sink.records > 1'000'000);
  CHECK(sink.most_kept < 50);
}

TEST_CASE("a task is called by its name, or its function, from its spawn on") {
  std::set<std::string> spawned;
  for (const trace::Record& record : trace::read(trace_search(busy_town, 1).text).records) {
    if (record.kind != trace::Kind::spawn) continue;
    spawned.insert(record.target.substr(0, record.target.find('#')));
  }
  for (const char* const name :
       {"count", "people", "lost_soul", "hang_up", "victim", "stillborn"}) {
    INFO(name);
    CHECK(spawned.contains(name));
  }
  CHECK_FALSE(spawned.contains("task"));
}

TEST_CASE("every kind occurs in some run") {
  std::set<trace::Kind> seen;
  bool is_repeated = false;
  bool names_connection_of_fault = false;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    for (const trace::Record& record : trace::read(trace_search(busy_town, seed).text).records) {
      seen.insert(record.kind);
      is_repeated = is_repeated || (record.kind == trace::Kind::segment && record.again);
      names_connection_of_fault =
          names_connection_of_fault || (record.kind == trace::Kind::fault && record.conn != 0);
    }
  }
  for (std::size_t i = 0; i < trace::kKinds; ++i) {
    INFO(to_string(static_cast<trace::Kind>(i)));
    CHECK(seen.contains(static_cast<trace::Kind>(i)));
  }
  CHECK(is_repeated);
  CHECK(names_connection_of_fault);
}

}  // namespace
}  // namespace rill::testing
