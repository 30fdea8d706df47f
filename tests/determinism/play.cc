// Runs a scenario for a range of seeds and prints `SCENARIO SEED FINGERPRINT` for each: the process
// that tests start twice, in surroundings that differ in all a run must not depend on.
// Usage: play [--salt N] SCENARIO FIRST_SEED LAST_SEED      (LAST below FIRST: downwards)
//        play [--salt N] --surroundings                     what this process has of its own
//        play --write-golden                                golden.h
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/determinism/golden.h"
#include "tests/determinism/scattered_heap.h"
#include "tests/determinism/scenarios.h"

namespace rill::testing {
namespace {

void play(const Scenario& scenario, std::uint64_t first, std::uint64_t last, std::uint64_t salt) {
  for (std::uint64_t seed = first;; first <= last ? ++seed : --seed) {
    salt_stack(salt);
    const std::string fingerprint = scenario.run(seed, nullptr);
    std::printf("%s %llu %s\n", scenario.name.c_str(), static_cast<unsigned long long>(seed),
                fingerprint.c_str());
    if (seed == last) return;
  }
}

/// One line for each thing that must differ between two processes for a comparison to be worth
/// anything. A local's address, and what is in memory that nobody has set.
void print_surroundings() {
  constexpr std::size_t kBlockBytes = 4000;
  std::array<std::unique_ptr<int>, 8> blocks;
  for (auto& block : blocks) block = std::make_unique<int>();
  const auto on_heap = std::make_unique_for_overwrite<unsigned char[]>(kBlockBytes);
  void* const by_malloc = std::malloc(kBlockBytes);
  asm volatile("" : : "r"(on_heap.get()), "r"(by_malloc) : "memory");
  std::printf("code %p\n", reinterpret_cast<void*>(&print_surroundings));
  std::printf("stack %p\n", static_cast<void*>(&blocks));
  std::printf("heap %p\n", static_cast<void*>(on_heap.get()));
  std::printf("new %02x\n", on_heap[kBlockBytes / 2]);
  std::printf("malloc %02x\n", static_cast<unsigned char*>(by_malloc)[kBlockBytes / 2]);
  std::printf("order ");
  for (const auto& block : blocks) {
    const auto is_below = [&block](const auto& other) { return other < block; };
    std::printf("%d", static_cast<int>(std::ranges::count_if(blocks, is_below)));
  }
  std::printf("\n");
  for (const char* const name : {"TZ", "USER", "LC_ALL"}) {
    const char* const value = std::getenv(name);
    std::printf("%s %s\n", name, value != nullptr ? value : "-");
  }
  std::free(by_malloc);
}

void write_golden() {
  const char* const root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) throw std::runtime_error("--write-golden is for bazel run");
  const std::string path = std::string(root) + "/tests/determinism/golden.txt";
  std::ofstream file(path);
  file << golden_text();
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

int main_of(std::vector<std::string> arguments) {
  std::uint64_t salt = 0;
  if (arguments.size() > 2 && arguments[0] == "--salt") {
    salt = std::stoull(arguments[1]);
    salt_heap(salt);
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  }
  if (arguments.size() == 1 && arguments[0] == "--surroundings") {
    print_surroundings();
  } else if (arguments.size() == 1 && arguments[0] == "--write-golden") {
    write_golden();
  } else if (arguments.size() == 3) {
    play(find_scenario(arguments[0]), std::stoull(arguments[1]), std::stoull(arguments[2]), salt);
  } else {
    throw std::invalid_argument("usage: play [--salt N] SCENARIO FIRST_SEED LAST_SEED");
  }
  return 0;
}

}  // namespace
}  // namespace rill::testing

int main(int argc, char** argv) {
  try {
    return rill::testing::main_of({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "play: %s\n", error.what());
    return 2;
  }
}
