// How fast seeds are tried: a lesson's scenario, as ./rill run plays it, for many seeds.
//
//   bazel run //tests/bench:sim_seeds -- httpd 10000
//
// Prints one JSON line. `distinct` counts different fingerprints: each seed is a run of its own.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "tests/determinism/scenarios.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "sim_seeds: needs a scenario (echo, httpd, crawler) and how many seeds\n");
    return 2;
  }
  const std::uint64_t seeds = std::strtoull(argv[2], nullptr, 10);
  std::set<std::string> distinct;
  try {
    const auto& scenario = rill::testing::find_scenario(argv[1]);
    const auto before = std::chrono::steady_clock::now();
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      distinct.insert(scenario.run(seed, nullptr));
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - before;
    std::printf(
        "{\"scenario\":\"%s\",\"seeds\":%llu,\"distinct\":%zu,\"wall_s\":%.3f,"
        "\"seeds_per_s\":%.0f}\n",
        argv[1], static_cast<unsigned long long>(seeds), distinct.size(), wall.count(),
        static_cast<double>(seeds) / wall.count());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sim_seeds: %s\n", error.what());
    return 1;
  }
  return 0;
}
