// The oracle, the trace and its fingerprint: a run is a function of the program and its decisions;
// equal runs have equal fingerprints, different ones different, and looking on changes nothing.
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "tests/scheduler/support.h"
#include "tests/testing/property.h"

using namespace rill;
using namespace rill::testing;

namespace {

class Recorder final : public TraceSink {
 public:
  void on_event(const TraceEvent& event) override {
    std::string line(to_string(event.kind));
    if (event.task != 0) line += " " + std::string(event.task_name);
    if (!event.text.empty()) line += ": " + std::string(event.text);
    log(std::move(line));
    last_number = event.number;
  }
  Log log;
  std::uint64_t last_number = 0;
};

/// `workers` tasks that take turns on a lock, in an order that the oracle settles.
Task<> race(int workers, std::string& order) {
  Group group;
  for (int i = 0; i < workers; ++i) {
    group.spawn([&order, i]() -> Task<> {
      co_await null();
      order += static_cast<char>('a' + i);
      co_await sleep(milliseconds(i));
    });
  }
  co_await group.wait();
}

struct Result {
  std::string order;
  std::string fingerprint;
  std::uint64_t events = 0;
};

Result race_with(std::uint64_t seed, SeededOracle::Order how, int workers = 5,
                 TraceSink* sink = nullptr) {
  Result result;
  SeededOracle oracle(seed, how);
  RunReport report;
  run_alone(race(workers, result.order),
            {.oracle = &oracle, .fingerprint = true, .trace_sink = sink, .report = &report});
  result.fingerprint = report.fingerprint;
  result.events = report.events;
  return result;
}

}  // namespace

TEST_CASE("the same seed gives the same run, another seed another", "[oracle]") {
  std::set<std::string> orders;
  std::set<std::string> fingerprints;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Result first = race_with(seed, SeededOracle::Order::random);
    const Result second = race_with(seed, SeededOracle::Order::random);
    CHECK(first.order == second.order);
    CHECK(first.fingerprint == second.fingerprint);
    orders.insert(first.order);
    fingerprints.insert(first.fingerprint);
  }
  CHECK(orders.size() > 10);
  CHECK(fingerprints.size() == 20);
}

TEST_CASE("without an oracle, or with one that keeps the order, tasks run first come, first served",
          "[oracle]") {
  CHECK(race_with(7, SeededOracle::Order::fifo).order == "abcde");
  std::string order;
  run_alone(race(5, order));
  CHECK(order == "abcde");
}

TEST_CASE("a fingerprint is 32 hex digits, the same on every machine", "[fingerprint]") {
  // Whoever changes what is folded changes these numbers on purpose.
  CHECK(Fingerprint().hex().size() == 32);
  Fingerprint fingerprint;
  fingerprint.absorb(1, 2);
  CHECK(fingerprint.hex() == "5061240725554aa31c2b34421a5a0385");
  CHECK(digest_bytes("", 0) == 0x186f4639db630115);
}

TEST_CASE("a simulated backend is fingerprinted without asking", "[fingerprint]") {
  RunReport report;
  FakeBackend backend;
  backend.simulated = true;
  std::string order;
  run(race(2, order), backend, {.report = &report});
  CHECK(report.fingerprint.size() == 32);
  CHECK(report.events > 0);
  FakeBackend real;
  run(race(2, order), real, {.report = &report});
  CHECK(report.fingerprint.empty());
}

TEST_CASE("a sink sees the run and does not change it", "[trace]") {
  Recorder recorder;
  const Result watched = race_with(3, SeededOracle::Order::random, 5, &recorder);
  const Result alone = race_with(3, SeededOracle::Order::random);
  CHECK(watched.fingerprint == alone.fingerprint);
  CHECK(watched.events == alone.events);
  CHECK(recorder.last_number == alone.events);
}

TEST_CASE("the trace tells the story of each task", "[trace]") {
  Recorder recorder;
  const auto program = []() -> Task<> {
    const TaskRef failing = spawn([]() -> Task<> {
                              co_await null();
                              throw std::runtime_error("boom");
                            }).named("failing");
    try {
      co_await join(failing);
    } catch (const std::runtime_error&) {
    }
    const TaskRef victim = spawn([]() -> Task<> { co_await sleep(1_s); });
    co_await timeout(1_ms, []() -> Task<> { co_await sleep(1_s); }());
    co_await kill(victim);
  };
  run_alone(program(), {.trace_sink = &recorder});
  CHECK(recorder.log.take() ==
        "spawn, step main, spawn main, block main: join of #2 'failing', step failing, "
        "step failing, fail, step main, spawn main, block main: sleep of 1.000 s, step task, "
        "block lambda: sleep of 1.000 s, time_out, step main, block main: kill of #3 'lambda', "
        "kill, step main, finish");
}

TEST_CASE("every word of an event, its order and its bytes count", "[fingerprint]") {
  std::set<std::string> digests;
  const auto add = [&](auto record) {
    Trace trace;
    trace.enable(nullptr);
    record(trace);
    digests.insert(trace.fingerprint().hex());
  };
  add([](Trace&) {});
  add([](Trace& t) { t.record(EventKind::send, 1, 2); });
  add([](Trace& t) { t.record(EventKind::recv, 1, 2); });
  add([](Trace& t) { t.record(EventKind::send, 2, 1); });
  add([](Trace& t) { t.record(EventKind::send, 1, 3); });
  add([](Trace& t) { t.record(EventKind::send, 1, 2), t.record(EventKind::recv, 1, 2); });
  add([](Trace& t) { t.record(EventKind::recv, 1, 2), t.record(EventKind::send, 1, 2); });
  add([](Trace& t) { t.set_time(Instant{1}); });
  add([](Trace& t) { t.set_time(Instant{2}); });
  add([](Trace& t) { t.set_running(nullptr, 7), t.record(EventKind::send, 1, 2); });
  add([](Trace& t) { t.record_bytes(EventKind::send, 1, "ab"); });
  add([](Trace& t) { t.record_bytes(EventKind::send, 1, "ba"); });
  CHECK(digests.size() == 12);
}

RILL_PROPERTY("digests of bytes differ when one bit differs, whatever the length",
              std::vector<std::uint8_t> bytes, std::uint16_t where) {
  RC_PRE(!bytes.empty());
  const std::uint64_t before = digest_bytes(bytes.data(), bytes.size());
  bytes[where / 8 % bytes.size()] ^= static_cast<std::uint8_t>(1 << where % 8);
  RC_ASSERT(digest_bytes(bytes.data(), bytes.size()) != before);
  RC_ASSERT(digest_bytes(bytes.data(), bytes.size() - 1) != before);
}

RILL_PROPERTY("a decision depends on the seed, its site and its count there, and nothing else",
              std::uint64_t seed, const std::vector<bool>& unrelated) {
  const auto draw = [&](bool with_unrelated) {
    SeededOracle oracle(seed);
    Site link("link", 3);
    Site other("other", 3);
    std::vector<std::uint64_t> choices;
    for (const bool also : unrelated) {
      if (with_unrelated && also) oracle.decide(other, 5);
      choices.push_back(oracle.decide(link, 1000));
    }
    return choices;
  };
  RC_ASSERT(draw(false) == draw(true));
}

TEST_CASE("decisions are spread evenly over their alternatives and their sites", "[oracle]") {
  SeededOracle oracle(42);
  for (const std::uint64_t alternatives : {2u, 3u, 10u, 1000u}) {
    std::map<std::uint64_t, int> counts;
    for (std::uint64_t instance = 0; instance < 100; ++instance) {
      Site site("site", instance);
      for (int i = 0; i < 100; ++i) ++counts[oracle.decide(site, alternatives)];
    }
    CHECK(counts.rbegin()->first < alternatives);
    CHECK(counts.size() == alternatives);
    const double expected = 10'000.0 / static_cast<double>(alternatives);
    for (const auto& [choice, count] : counts) {
      CHECK(count > expected - 6 * std::sqrt(expected));
      CHECK(count < expected + 6 * std::sqrt(expected));
    }
  }
}

TEST_CASE("a forced choice is no choice: it draws nothing and leaves no trace", "[oracle]") {
  RunContext context;
  SeededOracle oracle(1);
  Site site("site", 0);
  CHECK(context.decide(site, 1000) == 0);  // no oracle: the plain way
  context.oracle = &oracle;
  context.trace.enable(nullptr);
  CHECK(context.decide(site, 1) == 0);
  CHECK(site.count == 0);
  CHECK(context.trace.events() == 0);
  context.decide(site, 2);
  CHECK(site.count == 1);
  CHECK(context.trace.events() == 1);
}
