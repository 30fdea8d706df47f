// Catch2's prebuilt main, wrapped so that it obeys Bazel and says machine-readably what it did.
//   sharding        TEST_TOTAL_SHARDS, TEST_SHARD_INDEX: every n-th test case
//   --test_filter   TESTBRIDGE_TEST_ONLY, a Catch2 test spec such as '[net]' or 'echo*'
//   last line       "cases: N passed, M failed", which ./rill test adds up
// Wrapping by the linker (-Wl,--wrap=main) spares every build the compilation of Catch2's main.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#define CATCH_CONFIG_EXTERNAL_INTERFACES  // Catch2 2: the listener's base class
#include "tests/testing/testing.h"
#if RILL_CATCH_VERSION == 3
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#endif

extern "C" int __real_main(int argc, char** argv);

namespace {

#if RILL_CATCH_VERSION == 2
using Listener = Catch::TestEventListenerBase;
#else
using Listener = Catch::EventListenerBase;
#endif

std::size_t passed_cases = 0;
std::size_t failed_cases = 0;

class CaseCounter : public Listener {
 public:
  using Listener::Listener;
  void testRunEnded(const Catch::TestRunStats& run) override {
    passed_cases = run.totals.testCases.passed + run.totals.testCases.failedButOk;
    failed_cases = run.totals.testCases.failed;
  }
};
CATCH_REGISTER_LISTENER(CaseCounter)

std::string environment(const char* name, const char* otherwise = "") {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

// Keeps every TEST_TOTAL_SHARDS-th test case. Catch2 3 can do that itself.
void shard(std::vector<std::string>& arguments) {
  const auto total = std::stoul(environment("TEST_TOTAL_SHARDS", "0"));
  if (total < 2) return;
  // Creating this file tells Bazel that the test knows about shards.
  std::ofstream(environment("TEST_SHARD_STATUS_FILE", "/dev/null"));
  const auto index = std::stoul(environment("TEST_SHARD_INDEX"));
#if RILL_CATCH_VERSION == 2
  (void)arguments;
  const auto& all = Catch::getRegistryHub().getTestCaseRegistry().getAllTests();
  std::vector<Catch::TestCase> mine;
  for (std::size_t i = index; i < all.size(); i += total) mine.push_back(all[i]);
  const_cast<std::vector<Catch::TestCase>&>(all).swap(mine);
#else
  arguments.insert(arguments.end(), {"--shard-count", std::to_string(total), "--shard-index",
                                     std::to_string(index)});
#endif
}

}  // namespace

extern "C" int __wrap_main(int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  shard(arguments);
  if (const auto filter = environment("TESTBRIDGE_TEST_ONLY"); !filter.empty()) {
    arguments.push_back(filter);
  }
#if RILL_CATCH_VERSION == 3
  arguments.emplace_back("--allow-running-no-tests");
#endif
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const int code = __real_main(static_cast<int>(arguments.size()), pointers.data());
  std::cout << "cases: " << passed_cases << " passed, " << failed_cases << " failed" << std::endl;
  return code;
}
