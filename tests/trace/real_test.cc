// Traces of real sockets, and of recorded runs.
#include "net/backends.h"
#include "net/net.h"
#include "scheduler/api.h"
#include "scheduler/record/recording_backend.h"
#include "scheduler/record/replay_backend.h"
#include "scheduler/trace/reader.h"
#include "scheduler/trace/tracing_backend.h"
#include "scheduler/trace/writer.h"
#include "tests/real/on_each_backend.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"
#include "tests/trace/consistency.h"

namespace rill::testing {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

Task<> echo(Connection client) {
  while (!client.eof()) {
    const std::string part = co_await client.recv(100);
    co_await client.sendall(part);
  }
}

/// Both ends in one process; then a port where nobody listens.
Task<> talk() {
  Listener listener("127.0.0.1", 0);
  const Address there = listener.address();
  TaskRef serving =
      spawn([](Listener at) { return server(std::move(at), echo); }, std::move(listener))
          .named("server");
  {
    Connection one = co_await connect(there);
    Connection other = co_await connect(there);
    co_await one.sendall("hello");
    co_await other.sendall("good day");
    co_await one.recv(5);
    co_await other.recv(8);
    one.shutdown_write();
    co_await one.recv(1);
  }
  co_await sleep(1_ms);
  co_await kill(serving);
  try {
    co_await connect(there);
  } catch (const NetError&) {  // refused
  }
}

trace::Log traced(Backend& backend, trace::TracingBackend::Inner inner,
                  const std::string& record_to = "") {
  trace::TracingBackend tracing(backend, inner);
  trace::TextWriter lines({.program = "talk", .world = "real", .clock = "monotonic"});
  trace::Recorder recorder(tracing, lines, tracing.options());
  tracing.follow(recorder);
  RunReport report;
  RunOptions options;
  options.recorder = &recorder;
  options.report = &report;
  if (record_to.empty()) {
    run(talk(), tracing, options);
  } else {
    record::RecordingBackend recording(tracing, record_to, {.program = "talk"});
    run(talk(), recording, options);
  }
  recorder.end(report);
  return trace::read(lines.text());
}

std::vector<Record> of_kind(const trace::Log& log, Kind kind) {
  std::vector<Record> found;
  for (const Record& record : log.records) {
    if (record.kind == kind) found.push_back(record);
  }
  return found;
}

RILL_ON_EACH("a real run is traced, and both ends of a connection are one") {
  const std::unique_ptr<Backend> backend = make_backend(is_epoll() ? "epoll" : "uring");
  const trace::Log log = traced(*backend, trace::TracingBackend::Inner::real);
  CHECK(what_is_inconsistent(log) == "");
  CHECK(of_kind(log, Kind::connect).size() == 3);
  REQUIRE(of_kind(log, Kind::accept).size() == 2);
  REQUIRE(of_kind(log, Kind::established).size() == 2);
  for (const Record& accepted : of_kind(log, Kind::accept)) {
    CHECK(accepted.end == End::b);
    const auto all = of_kind(log, Kind::established);
    const auto same = std::find_if(
        all.begin(), all.end(), [&](const Record& record) { return record.conn == accepted.conn; });
    REQUIRE(same != all.end());
    CHECK(same->end == End::a);
    CHECK(same->from == accepted.from);
    CHECK(same->to == accepted.to);
  }
  CHECK(of_kind(log, Kind::refuse).size() == 1);
  CHECK(of_kind(log, Kind::listen).size() == 1);
  std::string sent;
  std::string received;
  for (const Record& record : of_kind(log, Kind::send)) sent += record.data;
  for (const Record& record : of_kind(log, Kind::recv)) received += record.data;
  CHECK(sent.size() == 26);
  CHECK(received.size() == 26);
  for (const Record& wake : of_kind(log, Kind::wake)) {
    INFO(wake.n << " " << wake.target);
    if (wake.why == "network") CHECK(wake.cause != 0);
  }
}

TEST_CASE("a run that is recorded is traced as well, and its replay says the same") {
  const ScratchFolder folder;
  const std::string path = (folder.path / "talk.rec").string();
  const std::unique_ptr<Backend> backend = make_backend("epoll");
  const trace::Log live = traced(*backend, trace::TracingBackend::Inner::real, path);
  CHECK(what_is_inconsistent(live) == "");
  const record::Recording recording(path);
  record::ReplayBackend replay(recording);
  const trace::Log again = traced(replay, trace::TracingBackend::Inner::replay);
  CHECK(live.records.back().fingerprint == again.records.back().fingerprint);
  CHECK(of_kind(again, Kind::send).size() == of_kind(live, Kind::send).size());
  CHECK(of_kind(again, Kind::recv).size() == of_kind(live, Kind::recv).size());
  CHECK(of_kind(again, Kind::step).size() == of_kind(live, Kind::step).size());
}

}  // namespace
}  // namespace rill::testing
