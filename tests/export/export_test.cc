// What must hold of every export, of whatever trace; and what the packets of a small one are.
#include "scheduler/export/export.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "scheduler/export/causality.h"
#include "scheduler/export/conversation.h"
#include "scheduler/export/graphviz.h"
#include "scheduler/export/mermaid.h"
#include "scheduler/export/pcapng.h"
#include "scheduler/export/perfetto.h"
#include "scheduler/export/shiviz.h"
#include "scheduler/trace/reader.h"
#include "tests/export/logs.h"
#include "tests/testing/property.h"
#include "tests/testing/scratch_folder.h"

namespace rill::exports {
namespace {

constexpr std::uint64_t kSmallFile = 1 << 20;

const std::vector<std::string> kKinds = {"pcapng", "perfetto", "perfetto-time",
                                         "shiviz", "mermaid",  "dot"};

/// A capture is kept small: any log may speak of gigabytes.
ExportResult made(const std::string& kind, const trace::Log& log) {
  return kind == "pcapng" ? to_pcapng(log, {.most_bytes = kSmallFile})
                          : make_export(*export_kind(kind), log);
}

trace::Log sample() { return trace::read_file("tests/trace/testdata/echo.jsonl"); }

struct Seen {
  TcpPacket packet;
  std::string payload;
};

std::vector<Seen> packets_of(const trace::Log& log) {
  std::vector<Seen> packets;
  Conversations conversations(log, [&](const SeenPacket& seen) {
    packets.push_back({seen.packet, std::string(seen.packet.payload)});
    return true;
  });
  for (const trace::Record& record : log.records) conversations.take(record);
  return packets;
}

/// "a SYN 0", "b SYN ACK 0/1": who, flags, sequence number, and what is acknowledged.
std::vector<std::string> script_of(const trace::Log& log) {
  std::vector<std::string> lines;
  for (const Seen& seen : packets_of(log)) {
    const bool is_a = seen.packet.from.port == 4000;
    const std::uint32_t mine = 1'000'000 + (is_a ? 0 : 500'000);
    const std::uint32_t others = 1'000'000 + (is_a ? 500'000 : 0);
    std::string line = is_a ? "a" : "b";
    if (seen.packet.flags & kSyn) line += " SYN";
    if (seen.packet.flags & kFin) line += " FIN";
    if (seen.packet.flags & kRst) line += " RST";
    if (seen.packet.flags & kAck) line += " ACK";
    line += " " + std::to_string(seen.packet.sequence - mine);
    if (seen.packet.flags & kAck) line += "/" + std::to_string(seen.packet.acknowledged - others);
    lines.push_back(line + (seen.payload.empty() ? "" : " " + seen.payload));
  }
  return lines;
}

}  // namespace

RILL_PROPERTY("every export takes every log, and counts each of its events once") {
  const trace::Log log = *any_log();
  for (const std::string& kind : kKinds) {
    const ExportResult result = made(kind, log);
    RC_ASSERT(result.shown + result.hidden == log.records.size());
    RC_ASSERT(result.hidden == 0 || result.left_out.find("left out: ") == 0);
    RC_ASSERT(result.left_out.find('\n') == std::string::npos);
    RC_ASSERT(!result.bytes.empty());
  }
}

RILL_PROPERTY("the same log gives the same bytes") {
  const trace::Log log = *any_log();
  const trace::Log copy = log;
  for (const std::string& kind : kKinds) RC_ASSERT(made(kind, log).bytes == made(kind, copy).bytes);
}

TEST_CASE("every export of the sample shows something and says what it left out") {
  const trace::Log log = sample();
  for (const std::string& kind : kKinds) {
    const ExportResult result = made(kind, log);
    INFO(kind << ": " << result.left_out);
    CHECK(result.shown > 0);
    CHECK(result.shown + result.hidden == log.records.size());
    CHECK(result.left_out.find("left out: ") == 0);
  }
}

TEST_CASE("a simulated connection is a handshake, data, ACKs and two FINs") {
  CHECK(script_of(small_run(true)) ==
        std::vector<std::string>{"a SYN 0", "b SYN ACK 0/1", "a ACK 1/1", "a ACK 1/1 hello",
                                 "b ACK 1/6", "b FIN ACK 1/6", "a ACK 6/2", "a FIN ACK 6/2",
                                 "b ACK 2/7"});
}

TEST_CASE("on real sockets the calls stand for the packets, and another process answers at once") {
  CHECK(script_of(small_run(false)) ==
        std::vector<std::string>{"a SYN 0", "b SYN ACK 0/1", "a ACK 1/1", "a ACK 1/1 hello",
                                 "b ACK 1/6", "b FIN ACK 1/6", "a ACK 6/2", "a FIN ACK 6/2",
                                 "b ACK 2/7"});
}

TEST_CASE("whichever end tells first that it is established, the addresses are theirs") {
  trace::Log log = small_run(true);
  log.records.erase(log.records.begin(), log.records.begin() + 2);  // what end a tells
  log.records[0].kind = trace::Kind::established;
  REQUIRE(log.records[0].end == trace::End::b);
  CHECK(script_of(log) == script_of(small_run(true)));
}

TEST_CASE("a segment that is sent again has the sequence number that it had") {
  trace::Log log = small_run(true);
  trace::Record again = log.records[4];
  REQUIRE(again.kind == trace::Kind::segment);
  again.n = 100;
  again.again = true;
  log.records.insert(log.records.begin() + 5, again);
  const std::vector<std::string> script = script_of(log);
  CHECK(script[3] == "a ACK 1/1 hello");
  CHECK(script[4] == "a ACK 1/1 hello");
  CHECK(script.size() == 10);
}

TEST_CASE("bytes that the trace has not kept are zeros, and are counted") {
  trace::Log log = small_run(true);
  REQUIRE(log.records[3].kind == trace::Kind::send);
  log.records[3].data = "he";
  CHECK(script_of(log)[3] == "a ACK 1/1 he" + std::string(3, '\0'));
  CHECK_THAT(to_pcapng(log).left_out,
             testing::contains("3 bytes that the trace had not kept are zeros"));
}

TEST_CASE("a send that is larger than a packet becomes several") {
  trace::Log log = small_run(false);
  for (trace::Record& record : log.records) {
    if (record.kind == trace::Kind::send) record.bytes = 2 * kMostPayloadBytes + 1;
  }
  CHECK(packets_of(log).size() == packets_of(small_run(false)).size() + 2);
}

TEST_CASE("a capture that would be too large ends, and says so") {
  trace::Log log = small_run(false);
  for (trace::Record& record : log.records) {
    if (record.kind == trace::Kind::send) record.bytes = std::uint64_t{1} << 32;
  }
  const ExportResult result = to_pcapng(log, {.most_bytes = kSmallFile});
  CHECK(result.bytes.size() <= kSmallFile + 1000);
  CHECK_THAT(result.left_out, testing::contains("1 capture is full"));
}

TEST_CASE("pictures show the last events, and count those before") {
  trace::Log log;
  for (std::uint64_t n = 1; n <= 300; ++n) {
    log.records.push_back(record(trace::Kind::note, n, n, "here", "task#1"));
    log.records.back().text = "note " + std::to_string(n) + ".";
  }
  for (const ExportResult& result :
       {to_shiviz(log, 10), to_graphviz(log, 10), to_mermaid(log, {.most_messages = 10})}) {
    CHECK(result.shown == 10);
    CHECK_THAT(result.left_out, testing::contains("290 note"));
    CHECK_THAT(result.bytes, testing::contains("note 300."));
    CHECK_THAT(result.bytes, !testing::contains("note 290."));
  }
  CHECK(to_mermaid(log, {.most_characters = 2'000}).bytes.size() <= 2'000);
}

TEST_CASE("a task that never goes on shows what it waits for") {
  trace::Log log;
  for (std::uint64_t n = 1; n <= 2; ++n) {
    log.records.push_back(record(trace::Kind::step, 2 * n - 1, n, "here", "task#1"));
    log.records.push_back(record(trace::Kind::block, 2 * n, n, "here", "task#1"));
    log.records.back().text = n == 1 ? "a recv that is answered" : "a recv that is not";
  }
  CHECK_THAT(to_shiviz(log).bytes, testing::contains("waits for a recv that is not"));
  CHECK_THAT(to_shiviz(log).bytes, !testing::contains("a recv that is answered"));
}

RILL_PROPERTY("a vector clock counts, by lane, the events that the event is after, and itself") {
  const trace::Log log = *any_log();
  const Causality causality(log);
  std::vector<std::uint32_t> events;
  for (std::uint32_t i = 0; i < log.records.size(); ++i) {
    if (*rc::gen::inRange(0, 3) > 0) events.push_back(i);
  }
  const VectorClocks clocks(causality, events);
  for (std::size_t index = 0; index < events.size(); ++index) {
    std::vector<bool> is_before(events[index] + 1);
    is_before[events[index]] = true;
    for (std::uint32_t i = events[index] + 1; i-- > events.front();) {
      if (!is_before[i]) continue;
      for (const std::uint32_t cause : causality.causes(i)) is_before[cause] = true;
    }
    std::map<std::uint32_t, std::uint32_t> counts;
    for (std::size_t i = 0; i <= index; ++i) {
      if (is_before[events[i]]) ++counts[causality.lane(events[i])];
    }
    VectorClocks::Clock expected;
    for (const auto& [lane, count] : counts) expected.push_back({lane, count});
    RC_ASSERT(clocks.of(index) == expected);
  }
}

TEST_CASE("the clocks of a run's last events do not grow with how many tasks it had") {
  constexpr std::uint64_t kTasks = 10'000;
  trace::Log log;
  const auto add = [&log](trace::Kind kind, const std::string& task) -> trace::Record& {
    const std::uint64_t n = log.records.size() + 1;
    log.records.push_back(record(kind, n, n, "here", task));
    return log.records.back();
  };
  for (std::uint64_t i = 1; i <= kTasks; ++i) {  // each joined, so that "main" knows of all of them
    add(trace::Kind::spawn, "main").target = "task#" + std::to_string(i);
    const std::uint64_t cause = add(trace::Kind::note, "task#" + std::to_string(i)).n;
    trace::Record& wake = add(trace::Kind::wake, "");
    wake.target = "main";
    wake.cause = cause;
  }
  const Causality causality(log);
  std::vector<std::uint32_t> events;
  for (std::size_t i = log.records.size() - 300; i < log.records.size(); ++i) {
    events.push_back(static_cast<std::uint32_t>(i));
  }
  const VectorClocks clocks(causality, events);
  std::size_t most = 0;
  for (std::size_t i = 0; i < events.size(); ++i) most = std::max(most, clocks.of(i).size());
  CHECK(most > 50);
  CHECK(most <= events.size());
}

TEST_CASE("two timers order nothing, a message does") {
  trace::Log log;
  for (const char* const host : {"here", "there"}) {
    const std::string task = std::string(host) + "#1";
    const std::uint64_t n = log.records.size();
    log.records.push_back(record(trace::Kind::wake, n + 1, n));
    log.records.back().target = task;
    log.records.push_back(record(trace::Kind::note, n + 2, n, host, task));
  }
  CHECK_THAT(to_shiviz(log).bytes, testing::contains("there#1 {\"there#1\":1}"));
  log.records[2].cause = 2;
  CHECK_THAT(to_shiviz(log).bytes, testing::contains("there#1 {\"here#1\":1,\"there#1\":1}"));
  CHECK_THAT(to_graphviz(log).bytes, testing::contains("e2 -> e4"));
}

TEST_CASE("a graph says what was said, also where that looks like HTML") {
  trace::Log log;
  log.records = {record(trace::Kind::note, 1, 0, "here", "a&lt;#1")};
  log.records[0].text = "&amp;";
  CHECK_THAT(to_graphviz(log).bytes, testing::contains("label=\"a&amp;lt;#1\""));
  CHECK_THAT(to_graphviz(log).bytes, testing::contains("&amp;amp;\\l\""));
}

TEST_CASE("what a task had asked for is its own, also when it comes while nobody runs") {
  trace::Log log = small_run(true);
  trace::Record wake = record(trace::Kind::wake, 100, 1'000'000);
  wake.target = "acceptor#3";
  REQUIRE(log.records[2].kind == trace::Kind::accept);
  wake.cause = log.records[2].n;
  log.records.push_back(wake);
  CHECK_THAT(to_shiviz(log).bytes, testing::contains("acceptor#3 {\"client#1\":1"));
}

TEST_CASE("kinds have names, and what is none is told") {
  for (const std::string& kind : kKinds) {
    CHECK(export_kind(kind).has_value());
    CHECK_THAT(export_kinds(), testing::contains(kind));
  }
  CHECK(!export_kind("pcap").has_value());
}

TEST_CASE("a file that cannot be written is a sentence") {
  const testing::ScratchFolder folder;
  const std::string path = (folder.path / "run.dot").string();
  const ExportResult result = write_export(ExportKind::dot, sample(), path);
  CHECK(result.bytes.empty());
  CHECK(std::filesystem::file_size(path) == to_graphviz(sample()).bytes.size());
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK_THROWS_WITH(write_export(ExportKind::dot, sample(), (folder.path / "no/run.dot").string()),
                    testing::contains("No such file or directory"));
  CHECK_THROWS_WITH(write_export(ExportKind::dot, sample(), "/dev/full"),
                    testing::contains("cannot write '/dev/full': No space left on device"));
}

/// One task puts a value into a channel, whose buffer keeps it until the other takes it: nobody
/// waits, nobody is woken.
static trace::Log handing_on() {
  trace::Log log;
  const auto add = [&log](trace::Kind kind, const std::string& task) -> trace::Record& {
    const std::uint64_t n = log.records.size() + 1;
    log.records.push_back(record(kind, n, n * 1000, "home", task));
    return log.records.back();
  };
  const auto did = [&add](const std::string& task, const std::string& deed, std::uint64_t cause) {
    trace::Record& record = add(trace::Kind::sync, task);
    record.object = "channel#1";
    record.did = deed;
    record.cause = cause;
  };
  add(trace::Kind::step, "putter#1");
  add(trace::Kind::note, "putter#1").text = "before";
  did("putter#1", "put", 0);
  add(trace::Kind::note, "putter#1").text = "after";
  add(trace::Kind::step, "taker#2");
  did("taker#2", "take", 3);
  return log;
}

TEST_CASE("what happened before a value was put happened before it is taken, and no more") {
  const trace::Log log = handing_on();
  const Causality causality(log);
  const VectorClocks clocks(causality, {0, 1, 2, 3, 4, 5});
  const std::uint32_t putter = causality.lane(2);
  CHECK(VectorClocks::count_in(clocks.of(2), putter) == 3);
  CHECK(VectorClocks::count_in(clocks.of(5), putter) ==
        3);  // the put and what was before it, but not the note behind it
  CHECK_THAT(to_shiviz(log).bytes, testing::contains(R"({"putter#1":2,"taker#2":1})"));
}

TEST_CASE("a value that goes from task to task is an arrow in a graph, a timeline and a sequence") {
  const trace::Log log = handing_on();
  CHECK_THAT(to_graphviz(log).bytes, testing::contains("e3 -> e6 [color=\"#0b7a75\"]"));
  CHECK_THAT(to_mermaid(log).bytes, testing::contains("p1->>p2: 6 takes a value from channel"));
  const std::string timeline = to_perfetto(log, PerfettoClock::steps).bytes;
  CHECK_THAT(timeline, testing::contains(R"("ph":"s")"));
  CHECK_THAT(timeline, testing::contains("channel#1"));
}

TEST_CASE("a step in a timeline goes on while something happens that no task does") {
  trace::Log log;
  log.records = {record(trace::Kind::step, 1, 0, "home", "parent#1"),
                 record(trace::Kind::host, 2, 0, "abroad"),
                 record(trace::Kind::spawn, 3, 0, "home", "parent#1"),
                 record(trace::Kind::step, 4, 0, "abroad", "child#2")};
  log.records[2].target = "child#2";
  log.records[2].target_host = "abroad";
  const std::string timeline = to_perfetto(log, PerfettoClock::steps).bytes;
  CHECK_THAT(timeline, testing::contains(R"("ts":1,"dur":3)"));
  CHECK_THAT(timeline, testing::contains(R"("does":"spawns child#2")"));
  CHECK_THAT(timeline, testing::contains(R"("ph":"s","name":"spawn")"));
}

TEST_CASE(
    "an arrow from a step's last event begins within the step, even if it loses a nanosecond") {
  trace::Log log;
  log.records = {record(trace::Kind::step, 1, 0, "home", "parent#1"),
                 record(trace::Kind::spawn, 2, 1'001, "home", "parent#1"),
                 record(trace::Kind::step, 3, 2'000, "home", "child#2")};
  log.records[1].target = "child#2";
  const std::string timeline = to_perfetto(log, PerfettoClock::time).bytes;
  // 1.001 times 1000 is a little less than 1001 in floating point: Perfetto cuts it to 1000, which
  // is up to 1002.
  CHECK_THAT(timeline, testing::contains(R"("ts":0.002,"dur":1.001)"));
  CHECK_THAT(timeline, testing::contains(R"("id":2,"ts":1.001})"));
}

}  // namespace rill::exports
