// The scheduler's side of the backend contract: an operation is submitted once, taken back exactly
// once on every way out, and disposed of when nobody reads its result.
#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<> read_one(Log& log) {
  const Guard guard(log, "reader");
  const std::int64_t result = co_await receive();
  log("read " + std::to_string(result));
}

Task<> accept_connection(Log& log) {
  const std::int64_t result = co_await accept_one();
  log("accepted " + std::to_string(result));
}

Task<> kill_after(Duration delay, TaskRef victim) {
  co_await sleep(delay);
  co_await kill(victim);
}

/// A reader that is killed after 5 ms.
Task<> killed_reader(Log& log) {
  const TaskRef reader = spawn(read_one, std::ref(log));
  co_await kill_after(5_ms, reader);
  log("killed");
}

void check_record(const FakeBackend& backend, int cancels, int disposals) {
  REQUIRE(backend.records.size() == 1);
  CHECK(backend.records[0].completions == 1);
  CHECK(backend.records[0].cancels == cancels);
  CHECK(backend.records[0].disposals == disposals);
  CHECK(blocks() == 0);
}

}  // namespace

TEST_CASE("an operation suspends its task until it is handed back", "[operation]") {
  Log log;
  FakeBackend backend;
  backend.at(3_ms, [&] { backend.finish(0, 10); });
  run(read_one(log), backend);
  CHECK(log.take() == "read 10, ~reader");
  CHECK(backend.now().ns == (3_ms).ns);
  check_record(backend, 0, 0);
}

TEST_CASE("an operation that completes at once is a step all the same", "[operation]") {
  Log log;
  FakeBackend backend;
  backend.immediate_result = 7;
  const auto program = [](Log& out) -> Task<> {
    spawn([&out]() -> Task<> {
      out("other");
      co_return;
    });
    co_await read_one(out);
  };
  run(program(log), backend);
  CHECK(log.take() == "other, read 7, ~reader");
  check_record(backend, 0, 0);
}

TEST_CASE("the kill of a task in an operation cancels it once, before the frames go",
          "[operation][kill]") {
  Log log;
  FakeBackend backend;
  run(killed_reader(log), backend);
  CHECK(log.take() == "~reader, killed");
  check_record(backend, 1, 1);
  CHECK(backend.records[0].result == -ECANCELED);
}

TEST_CASE("an acceptor whose connection has just arrived is killed: the connection is disposed of",
          "[operation][kill]") {
  Log log;
  FakeBackend backend;
  // Completed, handed back, the task is ready, and then it is killed before its turn.
  const auto program = [](Log& out, FakeBackend& fake) -> Task<> {
    const TaskRef acceptor = spawn(accept_connection, std::ref(out));
    co_await null();
    fake.finish(0, 0);
    co_await kill(acceptor);
  };
  run(program(log, backend), backend);
  CHECK(log.take().empty());
  check_record(backend, 0, 1);
}

TEST_CASE("cancel may lose the race: the result is disposed of", "[operation][kill]") {
  Log log;
  FakeBackend backend;
  backend.result_that_wins = 0;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef acceptor = spawn(accept_connection, std::ref(out));
    co_await kill_after(1_ms, acceptor);
  };
  run(program(log), backend);
  CHECK(log.take().empty());
  check_record(backend, 1, 1);
  CHECK(backend.records[0].result == 0);
}

TEST_CASE("a completion that waits to be taken when a group kills its task is taken first",
          "[operation][kill]") {
  Log log;
  FakeBackend backend;
  const auto program = [](Log& out, FakeBackend& fake) -> Task<> {
    Group group;
    group.spawn(accept_connection, std::ref(out));
    co_await null();
    fake.finish(0, 0);  // in this very step; then the group dies, still in this step
  };
  run(program(log, backend), backend);
  CHECK(log.take().empty());
  check_record(backend, 0, 1);
}

TEST_CASE("a timeout takes the operation back, and the caller goes on", "[operation][timeout]") {
  Log log;
  FakeBackend backend;
  const auto program = [](Log& out) -> Task<> {
    const Outcome outcome = co_await timeout(2_ms, read_one(out));
    CHECK(outcome == Outcome::timed_out);
    CHECK(now().ns == (2_ms).ns);
    out("went on");
  };
  run(program(log), backend);
  CHECK(log.take() == "~reader, went on");
  check_record(backend, 1, 1);
}

TEST_CASE("the end of the run drains every operation in flight", "[operation][run]") {
  Log log;
  FakeBackend backend;
  const auto program = [](Log& out, bool fails) -> Task<> {
    for (int i = 0; i < 3; ++i) spawn(read_one, std::ref(out));
    co_await null();
    if (fails) throw std::runtime_error("boom");
  };
  SECTION("after a failure") { CHECK_THROWS_WITH(run(program(log, true), backend), "boom"); }
  SECTION("with its root") { run(program(log, false), backend, {.stop_with_root = true}); }
  CHECK(backend.records.size() == 3);
  CHECK(log.take() == "~reader, ~reader, ~reader");
  CHECK(backend.in_flight() == 0);
  for (const FakeBackend::Record& record : backend.records) CHECK(record.cancels == 1);
  CHECK(blocks() == 0);
}

TEST_CASE("a sendall is one operation for the task and as many for the backend as it takes",
          "[operation]") {
  FakeBackend backend;
  backend.at(1_ms, [&] { backend.finish(0, 4); });
  backend.at(2_ms, [&] { backend.finish(1, 5); });
  backend.at(3_ms, [&] { backend.finish(2, 1); });
  const auto program = []() -> Task<> {
    const char bytes[] = "0123456789";
    Await<SendOp> send("send");
    send.op().all = true;
    send.op().data = reinterpret_cast<const std::byte*>(bytes);
    send.op().size_bytes = 10;
    const std::int64_t sent = co_await send;
    CHECK(sent == 10);
    CHECK(now().ns == (3_ms).ns);
  };
  RunReport report;
  run(program(), backend, {.report = &report});
  CHECK(report.steps == 2);
  REQUIRE(backend.records.size() == 3);
}

TEST_CASE("a server parked in accept is idle, not deadlocked, where the run allows it",
          "[operation][deadlock]") {
  const auto program = [](Log& out) -> Task<> {
    const TaskRef server = spawn(accept_connection, std::ref(out));
    co_await join(server);
  };
  Log log;
  FakeBackend idle;
  idle.may_idle = true;
  run(program(log), idle, {.idle_is_ok = true});
  check_record(idle, 1, 1);
  FakeBackend stuck;
  stuck.may_idle = true;
  CHECK_THROWS_AS(run(program(log), stuck), Deadlock);
  check_record(stuck, 1, 1);
}

TEST_CASE("a backend that asked for it hears of each step", "[operation]") {
  FakeBackend backend;
  backend.steps = 1;
  const auto program = []() -> Task<> {
    for (int i = 0; i < 4; ++i) co_await null();
  };
  run(program(), backend);
  CHECK(backend.steps_ended == 5);
  CHECK(backend.waits == 4);  // one between any two steps
}
