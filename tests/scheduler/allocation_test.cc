// An await allocates nothing: whatever waits lives in the frame of who waits, and frames come from
// a pool. Counted where all memory comes from, operator new; so this is a program of its own.
#include <cstdlib>
#include <new>
#include <optional>

#include "tests/scheduler/support.h"

namespace {
std::uint64_t allocations = 0;

void* counted(std::size_t size_bytes) {
  ++allocations;
  void* const memory = std::malloc(size_bytes);
  if (memory == nullptr) std::abort();
  return memory;
}
}  // namespace

void* operator new(std::size_t size_bytes) { return counted(size_bytes); }
void* operator new[](std::size_t size_bytes) { return counted(size_bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

using namespace rill;
using namespace rill::testing;

namespace {

// Under the address sanitizer every frame is an allocation of its own, so that it can be watched.
#ifdef RILL_ADDRESS_SANITIZER
constexpr bool kFramesAreAllocated = true;
#else
constexpr bool kFramesAreAllocated = false;
#endif

struct Things {
  Event event;
  Channel<int> channel{1};
  Semaphore lock{1};
};

Task<int> child(int n) {
  co_await null();
  co_return n;
}

Task<> hold_then_push(Things& things) {
  {
    const Semaphore::Permit permit = co_await things.lock.acquire();
    co_await sleep(1_us);
  }
  co_await things.channel.push(1);
  co_await things.channel.push(2);  // waits: there is room for one
  co_await things.channel.push(3);
  things.event.set();
}

/// One of each way to wait, each of which really waits. Gives the sum of what came out.
Task<int> wait_in_every_way(Things& things) {
  co_await null();
  co_await sleep(1_us);
  co_await child(1);
  const std::optional<int> in_time = co_await timeout(1_s, child(10));
  const Outcome late = co_await timeout(1_us, []() -> Task<> { co_await sleep(1_s); }());

  const TaskRef killed = spawn([]() -> Task<> { co_await sleep(1_s); });
  co_await null();
  co_await kill(killed);

  const TaskRef other = spawn(hold_then_push, std::ref(things));
  co_await null();
  {
    const Semaphore::Permit permit = co_await things.lock.acquire();
    co_await sleep(1_us);
  }
  int sum = in_time.value_or(0) + (late == Outcome::timed_out ? 100 : 0);
  for (int i = 0; i < 3; ++i) {
    const std::optional<int> value = co_await things.channel.pop();
    sum += value.value_or(0);
  }
  co_await things.event.wait();
  things.event.clear();
  co_await join(other);

  Group group;
  group.spawn([]() -> Task<> { co_await sleep(1_us); });
  co_await group.wait();
  co_return sum;
}

}  // namespace

TEST_CASE("once its pools are warm, a program that only waits allocates nothing", "[memory]") {
  const auto program = []() -> Task<> {
    Things things;
    const int sum = co_await wait_in_every_way(things);
    CHECK(sum == 116);
    const std::uint64_t before = allocations;
    CHECK(before > 0);  // it does count
    for (int round = 0; round < 100; ++round) co_await wait_in_every_way(things);
    const std::uint64_t after = allocations;
    CHECK((after > before) == kFramesAreAllocated);
  };
  run_alone(program());
}
