// Concurrent callers of one thing: their results must have an explanation, and a race shrinks to
// two tasks.
#include "simnet/explore/search.h"
#include "simnet/testing.h"

namespace rill::simnet {
namespace {

struct Call {
  bool is_write = false;
  int value = 0;
};
using Calls = History<Call, int>;
int apply(int& state, const Call& call) {
  if (call.is_write) state = call.value;
  return state;
}

/// (who, call, result) in the order of events: a call that begins, or the end of who's last one.
struct Step {
  std::uint64_t who;
  bool begins;
  Call call;
  int result;
};
bool explains(const std::vector<Step>& steps) {
  Calls calls;
  std::map<std::uint64_t, std::size_t> open;
  for (const Step& step : steps) {
    if (step.begins) {
      open[step.who] = calls.begin(step.who, step.call);
    } else {
      calls.end(open[step.who], step.result);
    }
  }
  return is_linearizable(calls.entries(), 0, apply);
}

TEST_CASE("a history is linearizable if one order of its calls explains it", "[linearizability]") {
  const Call read{false, 0};
  const Call write{true, 1};
  CHECK(explains({}));
  CHECK(explains({{1, true, write, 0}, {1, false, {}, 1}, {2, true, read, 0}, {2, false, {}, 1}}));
  // The write had ended before the read began.
  CHECK_FALSE(
      explains({{1, true, write, 0}, {1, false, {}, 1}, {2, true, read, 0}, {2, false, {}, 0}}));
  // They overlapped: either order will do.
  CHECK(explains({{1, true, write, 0}, {2, true, read, 0}, {2, false, {}, 0}, {1, false, {}, 1}}));
  CHECK(explains({{1, true, write, 0}, {2, true, read, 0}, {2, false, {}, 1}, {1, false, {}, 1}}));
  // Two reads, one after the other, cannot see the write and then not see it.
  CHECK_FALSE(explains({{1, true, write, 0},
                        {2, true, read, 0},
                        {2, false, {}, 1},
                        {2, true, read, 0},
                        {2, false, {}, 0},
                        {1, false, {}, 1}}));
  // A write that never ended may have happened, and may not.
  CHECK(explains({{1, true, write, 0}, {2, true, read, 0}, {2, false, {}, 1}}));
  CHECK(explains({{1, true, write, 0}, {2, true, read, 0}, {2, false, {}, 0}}));
}

TEST_CASE("a history that is too long is refused", "[linearizability]") {
  Calls calls;
  for (std::uint64_t i = 0; i < 64; ++i) calls.end(calls.begin(1, {true, 1}), 1);
  CHECK(is_linearizable(calls.entries(), 0, apply));
  calls.end(calls.begin(1, {true, 1}), 1);
  CHECK_THROWS_AS(is_linearizable(calls.entries(), 0, apply), std::length_error);
}

struct Add {
  int amount = 1;
};
void showValue(const Add& add, std::ostream& out) { out << "add " << add.amount; }

/// An account whose add() reads, awaits, writes; with a guard, or without.
Task<> account(Simulation& sim, bool is_guarded) {
  struct Account {
    int total = 0;
    Semaphore guard{1};
  };
  auto& account = sim.make<Account>();
  const auto commands = sim.draw(
      "commands",
      parallel_commands(rc::gen::map(rc::gen::inRange(1, 4), [](int n) { return Add{n}; }), 4, 5));
  co_await check_parallel(
      sim, commands, 0, [](int& total, const Add& add) { return total += add.amount; },
      [&account, is_guarded](std::size_t, Add add) -> Task<int> {
        std::optional<Semaphore::Permit> permit;
        if (is_guarded) permit = co_await account.guard.acquire();
        const int before = account.total;
        co_await sleep(1_ms);
        account.total = before + add.amount;
        co_return before + add.amount;
      });
}

TEST_CASE("a race shrinks to at most two tasks with at most three commands", "[linearizability]") {
  const Scenario racing = [](Simulation& sim) { return account(sim, false); };
  for (std::uint64_t first = 0; first < 1000; first += 100) {
    const SearchReport found = search(1, racing, {}, {first, 100});
    REQUIRE(found.failure);
    // The draw is in the story: at most two lists, with one command each.
    const std::string& text = found.failure->text;
    const std::size_t begin = text.find("commands = ");
    REQUIRE(begin != std::string::npos);
    const std::string shown = text.substr(begin, text.find('\n', begin) - begin);
    CHECK(std::count(shown.begin(), shown.end(), '[') <= 3);
    std::size_t adds = 0;
    for (std::size_t at = shown.find("add"); at != std::string::npos;
         at = shown.find("add", at + 1))
      ++adds;
    CHECK(adds <= 3);
    CHECK(found.failure->shrunk.plan.deviations.empty());
  }
  const Scenario guarded = [](Simulation& sim) { return account(sim, true); };
  CHECK_FALSE(search(1, guarded, {}, {0, 300}).failure);
}

}  // namespace
}  // namespace rill::simnet
