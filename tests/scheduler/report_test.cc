// Semantics 3: all blocked is a report, not a hang - each task, what it waits for, its await chain
// with file and line, and the cycle. And the same for the task table of a running program.
#include <csignal>
#include <memory>

#include "scheduler/deadlock.h"
#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

constexpr const char* kFile = "tests/scheduler/report_test.cc";

/// "      in FUNCTION  tests/scheduler/report_test.cc:LINE\n"
std::string frame(const std::string& function, int line) {
  return "      in " + function + "  " + kFile + ":" + std::to_string(line) + "\n";
}

// The lines of the awaits in the functions below.
constexpr int kFirstLock = __LINE__ + 6;
constexpr int kSecondLock = kFirstLock + 2;
constexpr int kCall = kSecondLock + 5;
constexpr int kJoin = kCall + 8;

Task<> lock_both(Semaphore& first, Semaphore& second) {
  const Semaphore::Permit outer = co_await first.acquire();
  co_await null();
  const Semaphore::Permit inner = co_await second.acquire();
}

template <class T>
Task<T> philosopher(Semaphore& left, Semaphore& right) {
  co_await lock_both(left, right);
}

Task<> dinner() {
  Semaphore one(1);
  Semaphore two(1);
  const TaskRef a = spawn(philosopher<void>, std::ref(one), std::ref(two));
  const TaskRef b = spawn(philosopher<void>, std::ref(two), std::ref(one)).named("Descartes");
  co_await join(a);
  co_await join(b);
}

Task<> doze(Duration length) { co_await sleep(length); }

std::string function_of(Task<> (*)()) { return short_function(__PRETTY_FUNCTION__); }

}  // namespace

TEST_CASE("a deadlock names each task, what it waits for, where, and the cycle", "[deadlock]") {
  CHECK(message_of([] { run_alone(dinner()); }) ==
        "deadlock: 3 tasks wait, and nothing can happen that would wake any of them\n"
        "  #1 'main' waits for join of #2 'philosopher'\n" +
            frame("dinner", kJoin) +
            "  #2 'philosopher' waits for a permit of a semaphore, so for #3 'Descartes'\n" +
            frame("lock_both", kSecondLock) + frame("philosopher", kCall) +
            "  #3 'Descartes' waits for a permit of a semaphore, so for #2 'philosopher'\n" +
            frame("lock_both", kSecondLock) + frame("philosopher", kCall) +
            "  the cycle: #2 'philosopher' -> #3 'Descartes' -> #2 'philosopher'\n");
}

TEST_CASE("a deadlock can be asked for its parts", "[deadlock]") {
  try {
    run_alone(dinner());
    FAIL("no deadlock");
  } catch (const Deadlock& deadlock) {
    REQUIRE(deadlock.tasks().size() == 3);
    CHECK(deadlock.cycle() == std::vector<TaskId>{2, 3});
    const BlockedTask& second = deadlock.tasks()[1];
    CHECK(second.id == 2);
    CHECK(second.waits_for_tasks == std::vector<TaskId>{3});
    REQUIRE(second.chain.size() == 2);
    CHECK(second.chain[1].line == kCall);
    CHECK_FALSE(deadlock.is_only_services());
  }
}

TEST_CASE("a task that joins itself is a cycle of one", "[deadlock]") {
  const auto program = []() -> Task<int> {
    co_await join(self());
    co_return 1;
  };
  const std::string report = message_of([&] { run_alone(program()); });
  CHECK_THAT(report, contains("#1 'main' waits for join of #1 'main'\n      in lambda"));
  CHECK_THAT(report, contains("the cycle: #1 'main' -> #1 'main'\n"));
  CHECK_THAT(report, !contains("keep_result"));  // frames of Rill's own are nobody's business
}

TEST_CASE("one task of a group is told as one", "[deadlock]") {
  const auto program = []() -> Task<> {
    Event event;
    Group group;
    group.spawn([&event]() -> Task<> { co_await event.wait(); });
    co_await group.wait();
  };
  const std::string report = message_of([&] { run_alone(program()); });
  CHECK_THAT(report, contains("#1 'main' waits for the task of a group, so for #2 'lambda'\n"));
}

TEST_CASE("each kind of wait says what it is", "[deadlock]") {
  const auto program = []() -> Task<> {
    Event event;
    Channel<int> channel(0);
    Group group;
    group.spawn([&event]() -> Task<> { co_await event.wait(); });
    group.spawn([&channel]() -> Task<> { co_await channel.pop(); });
    group.spawn([]() -> Task<> {
      Channel<int> full(0);
      co_await full.push(1);
    });
    co_await group.wait();
  };
  const std::string report = message_of([&] { run_alone(program()); });
  CHECK_THAT(report, contains("#1 'main' waits for the 3 tasks of a group, so for #2 'lambda', "
                              "#3 'lambda', #4 'lambda'\n"));
  CHECK_THAT(report, contains("#2 'lambda' waits for an event to be set"));
  CHECK_THAT(report, contains("#3 'lambda' waits for a value from a channel (nobody put into it "
                              "before)\n"));
  CHECK_THAT(report, contains("#4 'lambda' waits for room in a channel (nobody took from it "
                              "before)\n"));
  CHECK_THAT(report, !contains("cycle"));
}

/// Answers what it is asked, until its questions end.
Task<> answer(Channel<int>& questions, Channel<int>& answers, int how_many) {
  for (int i = 0; i < how_many; ++i) {
    co_await questions.pop();
    co_await answers.push(i);
  }
}

TEST_CASE("of a channel is said who was seen at it, also if that task has ended", "[deadlock]") {
  const auto program = []() -> Task<> {
    Channel<int> questions(1);
    Channel<int> answers(1);
    spawn(answer, std::ref(questions), std::ref(answers), 1).named("oracle");
    for (int i = 0; i < 2; ++i) {
      co_await questions.push(i);
      co_await answers.pop();
    }
  };
  const std::string report = message_of([&] { run_alone(program()); });
  CHECK_THAT(report,
             contains("#1 'main' waits for a value from a channel (#2, which has ended, put "
                      "into it before)\n"));
  CHECK_THAT(report, !contains("cycle"));
}

TEST_CASE("a cycle that hints complete has another arrow", "[deadlock]") {
  const auto program = []() -> Task<> {
    Channel<int> questions(0);
    Channel<int> answers(0);
    const TaskRef oracle = spawn(answer, std::ref(questions), std::ref(answers), 3);
    co_await questions.push(1);
    co_await answers.pop();
    co_await join(oracle);
  };
  const std::string report = message_of([&] { run_alone(program()); });
  CHECK_THAT(report, contains("#2 'answer' waits for a value from a channel (#1 'main' put into it "
                              "before)\n"));
  CHECK_THAT(report, contains("  the cycle: #1 'main' -> #2 'answer' ~> #1 'main'\n"));
}

TEST_CASE("one's own deeds are no cycle", "[deadlock]") {
  const auto talks_to_itself = []() -> Task<> {
    Channel<int> channel(1);
    co_await channel.push(1);
    co_await channel.pop();
    co_await channel.pop();
  };
  const std::string report = message_of([&] { run_alone(talks_to_itself()); });
  CHECK_THAT(report, contains("(#1 'main' put into it before)"));
  CHECK_THAT(report, !contains("cycle"));
}

TEST_CASE("a run that makes no progress names the cycle of those that wait", "[deadlock]") {
  const auto program = []() -> Task<> {
    spawn(dinner).named("dinner");
    for (;;) co_await null();
  };
  const std::string report =
      message_of([&] { run_alone(program(), {.most_steps_at_one_instant = 1'000}); });
  CHECK_THAT(report, contains("no progress: "));
  CHECK_THAT(report, contains("  the cycle: #3 'philosopher' -> #4 'Descartes' -> "));
}

TEST_CASE("a deadlock of very many tasks is found at once and printed in part", "[deadlock]") {
  const auto program = []() -> Task<> {
    TaskRef before = self();
    for (int i = 0; i < 20'000; ++i) {
      before = spawn([](TaskRef target) -> Task<> { co_await join(target); }, before);
    }
    co_await join(before);
  };
  try {
    run_alone(program());
    FAIL("no deadlock");
  } catch (const Deadlock& deadlock) {
    CHECK(deadlock.tasks().size() == 20'001);
    CHECK(deadlock.cycle().size() == 20'001);
    CHECK_THAT(deadlock.what(), contains("  ... and 19801 more tasks\n"));
  }
}

TEST_CASE("the task table shows each task as it is", "[dump]") {
  std::string table;
  const auto program = [&table]() -> Task<> {
    spawn([]() -> Task<> { co_await sleep(1500_ms); }).named("sleeper");
    spawn([]() -> Task<> { co_return; });
    co_await null();
    spawn([]() -> Task<> { co_return; }).named("fresh");
    table = dump_tasks();
  };
  run_alone(program());
  CHECK(table == "3 tasks:\n  #1 'main' runs\n" + frame("lambda", __LINE__ - 5) +
                     "  #2 'sleeper' waits for sleep of 1.500 s\n" + frame("lambda", __LINE__ - 8) +
                     "  #4 'fresh' is ready\n      in (not started)\n");
}

TEST_CASE("a header's name is a path from the root, as any file's", "[dump]") {
  const auto program = []() -> Task<> {
    Log log;
    Group group;
    group.spawn(park, std::ref(log), std::string("in a header"));
    co_await null();
    const std::string table = dump_tasks();
    CHECK_THAT(table, contains("in park  tests/scheduler/support.h:"));
    co_await group.cancel();
  };
  run_alone(program());
}

TEST_CASE("names are kept after the end, and a failure that comes later has one", "[names]") {
  const auto program = []() -> Task<> {
    const TaskRef ended = spawn(dinner);
    co_await kill(ended);
    CHECK(ended.name() == "task");  // never ran
    const TaskRef killed = spawn(doze, 1_s);
    co_await sleep(1_ms);
    CHECK(killed.name() == "doze");
    co_await kill(killed);
    CHECK(killed.name() == "doze");
    const TaskRef finished = spawn(doze, 1_ms);
    co_await join(finished);
    CHECK(finished.name() == "doze");
    const TaskRef wrapped = spawn([]() -> Task<> { co_await null(); });
    co_await join(wrapped);
    CHECK(wrapped.name() == "lambda");
    const TaskRef named = spawn([]() -> Task<> { co_return; }).named(std::string(100, 'x'));
    CHECK(named.name() == std::string(63, 'x'));
    CHECK(TaskRef().name() == "(no task)");
    CHECK(TaskRef().id() == 0);
  };
  run_alone(program());
}

TEST_CASE("functions are called as their authors call them, whichever compiler spelled them",
          "[names]") {
  CHECK(function_of(dinner) == "function_of");
  for (const auto& [pretty, name] : std::vector<std::pair<std::string, std::string>>{
           {"rill::Task<> serve(rill::Connection, int)", "serve"},
           {"Task<int *> (anonymous namespace)::S::method(int) const", "method"},
           {"Task<> {anonymous}::anon(int)", "anon"},
           {"Task<> (anonymous namespace)::tmpl(F) [F = (lambda at fn.cc:9:37)]", "tmpl"},
           {"Task<T> a::b::X<std::basic_string<char>>::f(T &, Task<T> (*)(T)) [T = int]", "f"},
           {"auto main()::(anonymous class)::operator()(Task<void (*)(int)>) const", "lambda"},
           {"main()::<lambda(Task<void (*)(int)>)> mutable", "lambda"},
           {"auto (anonymous namespace)::Visitor::operator()(int)", "Visitor"},
           {"Task<> retry<(lambda at a.cc:1:2)>(F) [F = (lambda at a.cc:1:2)]", "retry"},
           {"static void main()::(anonymous class)::operator()(int)::Local::go()", "go"},
           {"", ""},
           {"operator()", "operator"},
           {")", ""}}) {
    CHECK(short_function(pretty) == name);
  }
}

TEST_CASE("a request for the task table reaches every scheduler at its next turn", "[dump]") {
  request_task_dump();  // before the run: not its business
  const auto program = []() -> Task<> {
    co_await sleep(1_ms);
    request_task_dump();
    co_await sleep(1_ms);
  };
  run_alone(program());  // prints one table to standard error
}
