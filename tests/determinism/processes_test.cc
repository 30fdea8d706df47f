// A run is the same in every process: whatever its addresses, its memory, its environment. And on
// every build: what this one gives is what golden.txt says.
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/determinism/golden.h"
#include "tests/determinism/surroundings.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

constexpr const char* kPlay = "tests/determinism/play";

// What a sanitizer's allocator does not let us vary: the address sanitizer has its heap at one
// address for ever (but the order of blocks is still ours), the thread sanitizer fills no memory.
#if __has_feature(address_sanitizer)
constexpr const char* kHeldByAllocator = "heap";
constexpr int kShareOfSeeds = 5;  // it is that much slower
#elif __has_feature(thread_sanitizer)
constexpr const char* kHeldByAllocator = "malloc";
constexpr int kShareOfSeeds = 5;
#else
constexpr const char* kHeldByAllocator = "";
constexpr int kShareOfSeeds = 1;
#endif

/// The lines of `text` by their first word - or, with `words` 2, their first two. No comments.
std::map<std::string, std::string> lines_of(const std::string& text, int words) {
  std::map<std::string, std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with('#')) continue;
    std::size_t at = 0;
    for (int i = 0; i < words; ++i) at = line.find(' ', at + 1);
    CHECK(lines.emplace(line.substr(0, at), line.substr(at + 1)).second);
  }
  return lines;
}

std::map<std::string, std::string> fingerprints(std::uint64_t salt, const std::string& scenario,
                                                int first_seed, int last_seed) {
  const Finished run = run_in_surroundings(
      salt, kPlay, {scenario, std::to_string(first_seed), std::to_string(last_seed)});
  CHECK(run.err.empty());
  CHECK(run.exit_code == 0);
  return lines_of(run.out, 2);
}

/// Every seed twice; the second process counts down, so that no run can lean on the one before it.
void compare(const std::string& scenario, int all_seeds) {
  const int seeds = all_seeds / kShareOfSeeds;
  const auto once = fingerprints(1, scenario, 1, seeds);
  const auto again = fingerprints(2, scenario, seeds, 1);
  CHECK(once.size() == static_cast<std::size_t>(seeds));
  CHECK(once == again);
  std::set<std::string> different;
  for (const auto& [seed, fingerprint] : once) different.insert(fingerprint);
  CHECK(different.size() == once.size());  // else the seed would not matter, nor this test
}

TEST_CASE("the two processes share no address, no fresh memory and no environment", "[process]") {
  const Finished one = run_in_surroundings(1, kPlay, {"--surroundings"});
  const Finished other = run_in_surroundings(2, kPlay, {"--surroundings"});
  REQUIRE(one.exit_code == 0);
  const auto ours = lines_of(one.out, 1);
  const auto theirs = lines_of(other.out, 1);
  CHECK(ours.size() == 9);
  for (const auto& [name, value] : ours) {
    INFO(name);
    if (name != kHeldByAllocator) CHECK(theirs.at(name) != value);
  }
}

TEST_CASE("echo is the same run in two processes", "[process]") { compare("echo", 300); }

TEST_CASE("httpd is the same run in two processes", "[process]") { compare("httpd", 150); }

TEST_CASE("the crawler is the same run in two processes", "[process]") { compare("crawler", 30); }

TEST_CASE("with everything random it is the same run in two processes", "[process]") {
  compare("rough", 300);
}

TEST_CASE("with every fault that a search has it is the same run in two processes", "[process]") {
  compare("searched", 500);
}

TEST_CASE("every build gives the fingerprints of golden.txt", "[golden]") {
  std::ifstream file("tests/determinism/golden.txt");
  std::ostringstream golden;
  golden << file.rdbuf();
  INFO(
      "if a change of the model or of a scenario was meant to change them: bazel run "
      "//tests/determinism:play -- --write-golden");
  const auto wanted = lines_of(golden.str(), 2);
  const auto given = lines_of(golden_text(), 2);
  CHECK(wanted.size() == given.size());
  for (const auto& [run, fingerprint] : given) {
    INFO(run);
    CHECK(wanted.contains(run));
    if (wanted.contains(run)) CHECK(wanted.at(run) == fingerprint);
  }
}

}  // namespace
}  // namespace rill::testing
