// Hangs are explained: programs that get stuck, whose reports name the awaits with their lines, and
// the cycle, as far as it can be known; six that only look as if they could, and are left alone in
// every world.
#include <string>
#include <vector>

#include "net/net.h"
#include "simnet/testing.h"

namespace rill::planted {
namespace {

using simnet::Simulation;

/// The lines of the awaits that a report must name.
using Lines = std::vector<int>;

/// What a search says of `scenario`.
std::string explanation(const simnet::Scenario& scenario, const simnet::ExploreOptions& options) {
  const simnet::SearchReport report = simnet::search(7, scenario, options, {0, 300});
  REQUIRE(report.failure);
  return report.failure->shrunk.result.details;
}

void check_names_lines(const std::string& text, const Lines& lines) {
  INFO(text);
  CHECK_FALSE(lines.empty());
  for (const int line : lines) {
    CHECK(text.find("hangs_test.cc:" + std::to_string(line) + "\n") != std::string::npos);
  }
}

void check_names(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
}

// ---- hangs -------------------------------------------------------------------------------------

Task<> take_both(Semaphore& first, Semaphore& second, Duration when, Lines& lines) {
  co_await sleep(when);
  const Semaphore::Permit one = co_await first.acquire();
  lines.assign(1, __LINE__ + 1);
  const Semaphore::Permit two = co_await second.acquire();
}

TEST_CASE("two locks in two orders: the report names both acquires and the cycle", "[hang]") {
  Lines lines;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    auto& a = sim.make<Semaphore>(1);
    auto& b = sim.make<Semaphore>(1);
    spawn(take_both, std::ref(a), std::ref(b), 1_ms, std::ref(lines)).named("left");
    spawn(take_both, std::ref(b), std::ref(a), 2_ms, std::ref(lines)).named("right");
    co_return;
  };
  const std::string text = explanation(scenario, {});
  check_names_lines(text, lines);
  check_names(text, "the cycle: #2 'left' -> #3 'right' -> #2 'left'");
}

Task<> join_other(TaskRef& other, Duration when, Lines& lines) {
  co_await sleep(when);
  lines.assign(1, __LINE__ + 1);
  co_await join(other);
}

TEST_CASE("two tasks that join each other: the report names both joins and the cycle", "[hang]") {
  Lines lines;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    auto& one = sim.make<TaskRef>();
    auto& two = sim.make<TaskRef>();
    one = spawn(join_other, std::ref(two), 1_ms, std::ref(lines)).named("one");
    two = spawn(join_other, std::ref(one), 2_ms, std::ref(lines)).named("two");
    co_return;
  };
  const std::string text = explanation(scenario, {});
  check_names_lines(text, lines);
  check_names(text, "the cycle: #2 'one' -> #3 'two' -> #2 'one'");
}

Task<> report_under_lock(Semaphore& lock, Lines& lines) {
  lines.push_back(__LINE__ + 1);
  const Semaphore::Permit permit = co_await lock.acquire();
}

Task<> start_and_wait(Semaphore& lock, Lines& lines) {
  const Semaphore::Permit permit = co_await lock.acquire();
  Group children;
  children.spawn(report_under_lock, std::ref(lock), std::ref(lines)).named("child");
  lines.assign(1, __LINE__ + 1);
  co_await children.wait();
}

TEST_CASE("a parent waits for a child that wants its lock: the report names both and the cycle",
          "[hang]") {
  Lines lines;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    auto& lock = sim.make<Semaphore>(1);
    spawn(start_and_wait, std::ref(lock), std::ref(lines)).named("parent");
    co_return;
  };
  const std::string text = explanation(scenario, {});
  CHECK(lines.size() == 2);
  check_names_lines(text, lines);
  check_names(text, "the cycle: #2 'parent' -> #3 'child' -> #2 'parent'");
}

Task<> push_then_pop(Channel<int>& out, Channel<int>& in, Lines& lines) {
  for (int i = 0; i < 3; ++i) {
    lines.assign(1, __LINE__ + 1);
    co_await out.push(i);
  }
  for (int i = 0; i < 3; ++i) co_await in.pop();
}

TEST_CASE("two full channels, each side pushing first: the report names the pushes", "[hang]") {
  Lines lines;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    auto& there = sim.make<Channel<int>>(2);
    auto& back = sim.make<Channel<int>>(2);
    spawn(push_then_pop, std::ref(there), std::ref(back), std::ref(lines)).named("here");
    spawn(push_then_pop, std::ref(back), std::ref(there), std::ref(lines)).named("there");
    co_return;
  };
  const std::string text = explanation(scenario, {});
  check_names_lines(text, lines);
  check_names(text, "'here' waits for room in a channel (nobody took from it before)");
  check_names(text, "'there' waits for room in a channel (nobody took from it before)");
}

/// A round of one each goes well; then a round that is larger than the channels.
Task<> exchange(Channel<int>& out, Channel<int>& in, Lines& lines) {
  for (const int size : {1, 3}) {
    for (int i = 0; i < size; ++i) {
      lines.assign(1, __LINE__ + 1);
      co_await out.push(i);
    }
    for (int i = 0; i < size; ++i) co_await in.pop();
  }
}

TEST_CASE("channels that were large enough until now: the report names the pushes and the cycle",
          "[hang]") {
  Lines lines;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    auto& there = sim.make<Channel<int>>(1);
    auto& back = sim.make<Channel<int>>(1);
    spawn(exchange, std::ref(there), std::ref(back), std::ref(lines)).named("here");
    spawn(exchange, std::ref(back), std::ref(there), std::ref(lines)).named("there");
    co_return;
  };
  const std::string text = explanation(scenario, {});
  check_names_lines(text, lines);
  check_names(text, "'here' waits for room in a channel (#3 'there' took from it before)");
  check_names(text, "the cycle: #2 'here' ~> #3 'there' ~> #2 'here'");
}

Task<> send_all_first(Connection peer, Lines& lines) {
  const std::string much(10'000, 'x');
  lines.assign(1, __LINE__ + 1);
  co_await peer.sendall(much);
  while (!peer.eof()) co_await peer.recv(1'000);
}

TEST_CASE(
    "both ends of a connection send before they read: the report names the sends and the cycle",
    "[hang]") {
  Lines lines;
  simnet::ExploreOptions options{.faults = simnet::FaultClass::none, .varies_network = false};
  options.network.host.send_buffer_bytes = options.network.host.receive_buffer_bytes = 1'000;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    const auto left = [](Lines& noted) -> Task<> {
      Listener listener("", 7);
      Connection peer = co_await listener.accept();
      co_await send_all_first(std::move(peer), noted);
    };
    spawn_on(sim.host("left"), left, std::ref(lines)).named("left");
    co_await sleep(10_ms);
    const auto right = [](Lines& noted) -> Task<> {
      Connection peer = co_await connect("left", 7);
      co_await send_all_first(std::move(peer), noted);
    };
    spawn_on(sim.host("right"), right, std::ref(lines)).named("right");
  };
  const std::string text = explanation(scenario, options);
  check_names_lines(text, lines);
  check_names(text, "'left' waits for send to ");
  check_names(text, "(#3 'right' waits at its other end)");
  check_names(text, "the cycle: #2 'left' ~> #3 'right' ~> #2 'left'");
}

Task<> poll(bool& is_ready, Lines& lines) {
  lines.assign(1, __LINE__ + 1);
  while (!is_ready) co_await null();
}

TEST_CASE("a loop that only gives way: the report names the loop", "[hang]") {
  Lines lines;
  const simnet::Scenario scenario = [&lines](Simulation& sim) -> Task<> {
    spawn(poll, std::ref(sim.make<bool>(false)), std::ref(lines)).named("poller");
    co_return;
  };
  const std::string text = explanation(scenario, {.most_steps = 5'000});
  check_names_lines(text, lines);
  check_names(text, "no progress: ");
  check_names(text, "'poller'");
}

// ---- six cycles that are none ------------------------------------------------------------------

void check_is_left_alone(const simnet::Scenario& scenario) {
  const simnet::SearchReport report =
      simnet::search(7, scenario, {.faults = simnet::FaultClass::time}, {0, 500});
  INFO((report.failure ? report.failure->text : ""));
  CHECK_FALSE(report.failure);
  CHECK(report.tolerated == 0);
}

Task<> bounce(Channel<int>& in, Channel<int>& out, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    co_await in.pop();
    co_await out.push(i);
  }
}

TEST_CASE("ping and pong are no deadlock", "[cycle]") {
  check_is_left_alone([](Simulation& sim) -> Task<> {
    auto& ping = sim.make<Channel<int>>(1);
    auto& pong = sim.make<Channel<int>>(0);
    spawn(bounce, std::ref(ping), std::ref(pong), 10);
    co_await ping.push(0);
    for (int i = 0; i < 9; ++i) {
      co_await pong.pop();
      co_await ping.push(i);
    }
    co_await pong.pop();
  });
}

TEST_CASE("a token that goes round a ring is no deadlock", "[cycle]") {
  check_is_left_alone([](Simulation& sim) -> Task<> {
    std::vector<Channel<int>*> places;
    for (int i = 0; i < 4; ++i) places.push_back(&sim.make<Channel<int>>(0));
    std::vector<TaskRef> tasks;
    for (std::size_t i = 0; i < 4; ++i) {
      tasks.push_back(spawn(bounce, std::ref(*places[i]), std::ref(*places[(i + 1) % 4]), 3));
    }
    co_await places[0]->push(0);
    co_await join(tasks[2]);
    co_await places[0]->pop();
  });
}

Task<> join_for_a_while(TaskRef& other) {
  const auto joining = [](TaskRef& task) -> Task<> { co_await join(task); };
  co_await timeout(10_ms, joining(other));
}

TEST_CASE("tasks that join each other under a timeout are no deadlock", "[cycle]") {
  check_is_left_alone([](Simulation& sim) -> Task<> {
    auto& one = sim.make<TaskRef>();
    auto& two = sim.make<TaskRef>();
    one = spawn(join_for_a_while, std::ref(two));
    two = spawn(join_for_a_while, std::ref(one));
    co_return;
  });
}

Task<> push_all(Channel<int>& out) {
  for (int i = 0; i < 20; ++i) co_await out.push(i);
}

TEST_CASE("full channels both ways, read by a task of their own, are no deadlock", "[cycle]") {
  check_is_left_alone([](Simulation& sim) -> Task<> {
    auto& there = sim.make<Channel<int>>(2);
    auto& back = sim.make<Channel<int>>(2);
    spawn(push_all, std::ref(there));
    spawn(push_all, std::ref(back));
    const auto pop_all = [](Channel<int>& in) -> Task<> {
      for (int i = 0; i < 20; ++i) co_await in.pop();
    };
    spawn(pop_all, std::ref(there));
    co_await pop_all(back);
  });
}

Task<> dine(Semaphore& left, Semaphore& right) {
  for (int i = 0; i < 5; ++i) {
    const Semaphore::Permit one = co_await left.acquire();
    const Semaphore::Permit two = co_await right.acquire();
    co_await sleep(1_ms);
  }
}

TEST_CASE("philosophers who take the lower fork first do not starve", "[cycle]") {
  check_is_left_alone([](Simulation& sim) -> Task<> {
    std::vector<Semaphore*> forks;
    for (int i = 0; i < 5; ++i) forks.push_back(&sim.make<Semaphore>(1));
    for (std::size_t i = 0; i < 4; ++i) {
      spawn(dine, std::ref(*forks[i]), std::ref(*forks[i + 1]));
    }
    spawn(dine, std::ref(*forks[0]), std::ref(*forks[4]));
    co_return;
  });
}

Task<> send_some(Connection& peer) { co_await peer.sendall(std::string(10'000, 'x')); }

Task<> send_and_read(Connection peer) {
  Group sending;
  sending.spawn(send_some, std::ref(peer));
  for (std::size_t left = 10'000; left > 0;) {
    const std::string part = co_await peer.recv(left);
    left -= part.size();
  }
  co_await sending.wait();
}

TEST_CASE("both ends of a connection send much, and read meanwhile: no deadlock", "[cycle]") {
  check_is_left_alone([](Simulation& sim) -> Task<> {
    auto& listens = sim.make<Event>();
    const auto left = [](Event& is_listening) -> Task<> {
      Listener listener("", 7);
      is_listening.set();
      Connection peer = co_await listener.accept();
      co_await send_and_read(std::move(peer));
    };
    spawn_on(sim.host("left"), left, std::ref(listens));
    co_await listens.wait();
    const auto right = []() -> Task<> {
      Connection peer = co_await connect("left", 7);
      co_await send_and_read(std::move(peer));
    };
    spawn_on(sim.host("right"), right);
  });
}

}  // namespace
}  // namespace rill::planted
