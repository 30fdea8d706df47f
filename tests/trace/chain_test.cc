// Await chains in a trace: each is the one that the task has then, however many there are.
#include "scheduler/api.h"
#include "tests/testing/testing.h"
#include "tests/trace/traced.h"

namespace rill::testing {
namespace {

using trace::Kind;
using trace::Record;

unsigned line_of_sleep = 0;
unsigned line_of_left = 0;
unsigned line_of_right = 0;

/// The bits of `way` say through which of two lines it goes down.
Task<> go_down(std::uint64_t way, int steps) {
  if (steps == 0) {
    line_of_sleep = __LINE__ + 1;
    co_await sleep(1_ms);
  } else if ((way & 1) == 0) {
    line_of_left = __LINE__ + 1;
    co_await go_down(way >> 1, steps - 1);
  } else {
    line_of_right = __LINE__ + 1;
    co_await go_down(way >> 1, steps - 1);
  }
}

std::string frame(unsigned line) {
  return "go_down at tests/trace/chain_test.cc:" + std::to_string(line);
}

std::vector<std::string> frames_of(std::uint64_t way, int steps) {
  std::vector<std::string> frames;
  for (int i = 0; i < steps; ++i) {
    frames.insert(frames.begin(), frame((way >> i & 1) == 0 ? line_of_left : line_of_right));
  }
  frames.insert(frames.begin(), frame(line_of_sleep));
  return frames;
}

constexpr std::uint64_t kWays = 1024;  // more than a recorder keeps texts of
constexpr int kSteps = 10;

Task<> go_all_ways() {
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t way = 0; way < kWays; ++way) co_await join(spawn(go_down, way, kSteps));
  }
}

TEST_CASE("of a thousand chains that differ in one line each wait has its own") {
  std::uint64_t ways = 0;
  for (const Record& record : traced(go_all_ways()).records) {
    if (record.kind != Kind::block || record.on != "sleep") continue;
    REQUIRE(record.chain == frames_of(ways++ % kWays, kSteps));
    REQUIRE(record.in == "tests/trace/chain_test.cc");
  }
  CHECK(ways == 2 * kWays);
}

Task<> go_deep() {
  for (const int steps : {62, 63, 64, 100}) co_await join(spawn(go_down, std::uint64_t{0}, steps));
}

TEST_CASE("a chain of more than 64 frames says that there are more") {
  std::vector<std::vector<std::string>> chains;
  for (const Record& record : traced(go_deep()).records) {
    if (record.kind == Kind::block && record.on == "sleep") chains.push_back(record.chain);
  }
  std::vector<std::string> most = frames_of(0, 63);
  REQUIRE(chains.size() == 4);
  CHECK(chains[0] == frames_of(0, 62));
  CHECK(chains[1] == most);
  most.emplace_back("...");
  CHECK(chains[2] == most);
  CHECK(chains[3] == most);
}

}  // namespace
}  // namespace rill::testing
