// Catch2's prebuilt main, wrapped so that it obeys Bazel and says machine-readably what it did.
//   sharding         TEST_TOTAL_SHARDS, TEST_SHARD_INDEX: every n-th test case
//   --test_filter    TESTBRIDGE_TEST_ONLY, a Catch2 test spec such as '[net]' or 'echo*'
//   seeds            Catch2's and the properties' come from TEST_RANDOM_SEED
//   --replay=TOKEN   only the case of a property that an earlier run named
//   lines that ./rill test reads: "failed: NAME" and, last, "cases: N passed, M failed"
// When the process dies within a property, the case that ran is named too.
// Wrapping by the linker (-Wl,--wrap=main) spares every build the compilation of Catch2's main.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/testing/session.h"
#define CATCH_CONFIG_EXTERNAL_INTERFACES  // Catch2 2: the listener's base class
#include "tests/testing/testing.h"
#if RILL_CATCH_VERSION == 3
#include <catch2/catch_test_case_info.hpp>
#include <catch2/interfaces/catch_interfaces_registry_hub.hpp>
#include <catch2/interfaces/catch_interfaces_testcase.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#endif

extern "C" int __real_main(int argc, char** argv);

// The sanitizers' runtime has the first and calls the other two; a plain build does nothing of it.
// 2 means that Catch2 may not put its signal handlers in the place of theirs, which know the stack.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());
#define RILL_SIGNALS "handle_abort=2:handle_segv=2:handle_sigbus=2:handle_sigfpe=2:handle_sigill=2"
extern "C" const char* __asan_default_options() { return RILL_SIGNALS; }
extern "C" const char* __tsan_default_options() { return RILL_SIGNALS; }

namespace {

using rill::testing::session;

#if RILL_CATCH_VERSION == 2
using Listener = Catch::TestEventListenerBase;
using Test = Catch::TestCase;
const std::string& name_of(const Test& test) { return test.name; }
#else
using Listener = Catch::EventListenerBase;
using Test = Catch::TestCaseHandle;
const std::string& name_of(const Test& test) { return test.getTestCaseInfo().name; }
#endif

constexpr int kBadArguments = 2;

std::size_t passed_cases = 0;
std::size_t failed_cases = 0;

void print_cases() {
  if (session().running_case) {
    std::cout << "the process died in a case of this property\n"
              << rill::testing::replay_line(*session().running_case);
  }
  std::cout << "cases: " << passed_cases << " passed, " << failed_cases << " failed" << std::endl;
}

// For what a sanitizer finds: it ends the process without a word to Catch2.
void on_death() {
  ++failed_cases;
  std::cout << "failed: " << session().test_case << "\n";
  print_cases();
}

class Reporter : public Listener {
 public:
  using Listener::Listener;

  void testCaseStarting(const Catch::TestCaseInfo& test) override {
    session().test_case = test.name;
  }

  void testCaseEnded(const Catch::TestCaseStats& test) override {
    const auto& cases = test.totals.testCases;
    passed_cases += cases.passed + cases.failedButOk;
    failed_cases += cases.failed;
    if (cases.failed > 0) std::cout << "failed: " << session().test_case << "\n";
  }

  // Also called from Catch2's signal handlers, when a test case crashed or timed out.
  void testRunEnded(const Catch::TestRunStats&) override {
    print_cases();
    session().test_case = "after the last test case";
  }
};
CATCH_REGISTER_LISTENER(Reporter)

std::string environment(const char* name, const char* otherwise = "") {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

// Removes all other test cases from Catch2's registry, which offers no way to select by function.
template <typename Predicate>
void keep_tests(Predicate wanted) {
  const auto& all = Catch::getRegistryHub().getTestCaseRegistry().getAllTests();
  std::vector<Test> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (wanted(i, name_of(all[i]))) kept.push_back(all[i]);
  }
  const_cast<std::vector<Test>&>(all).swap(kept);
}

// Takes --replay=TOKEN out of the arguments. False when there is no such token.
bool take_replay(std::vector<std::string>& arguments) {
  const std::string option = "--replay=";
  std::vector<std::string> others;
  for (auto& argument : arguments) {
    if (argument.rfind(option, 0) != 0) {
      others.push_back(std::move(argument));
      continue;
    }
    session().token = argument.substr(option.size());
    session().replay = rill::testing::decode(session().token);
    session().plan = rill::simnet::decode_plan(session().token);
    if (!session().replay && !session().plan) {
      std::cerr << argument << ": this is not a whole replay token.\n";
      return false;
    }
  }
  arguments.swap(others);
  return true;
}

void select_tests() {
  const auto shards = std::stoul(environment("TEST_TOTAL_SHARDS", "1"));
  const auto shard = std::stoul(environment("TEST_SHARD_INDEX", "0"));
  // Creating this file tells Bazel that the test knows about shards.
  if (shards > 1) std::ofstream(environment("TEST_SHARD_STATUS_FILE", "/dev/null"));
  const auto& replay = session().replay;
  const auto& plan = session().plan;
  session().part = {shard, shards};
  const bool is_campaign = !environment("RILL_SEEDS").empty();
  keep_tests([&](std::size_t index, const std::string& name) {
    if (replay) return shard == 0 && replay->test_hash == rill::testing::hash_test(name);
    if (plan) return shard == 0 && plan->test == rill::testing::hash_test(name);
    return is_campaign || index % shards == shard;  // a campaign shares out seeds, not tests
  });
  // A token is the first shard's work; the others have nothing to run.
  if (shard != 0) session().replayed = true;
}

int run_catch(std::vector<std::string>& arguments) {
  if (const auto filter = environment("TESTBRIDGE_TEST_ONLY"); !filter.empty()) {
    arguments.push_back(filter);
  }
  arguments.insert(arguments.end(),
                   {"--rng-seed", std::to_string(session().base_seed % 0xFFFFFFFF)});
#if RILL_CATCH_VERSION == 3
  arguments.emplace_back("--allow-running-no-tests");  // of one shard, or by a filter
#endif
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return __real_main(static_cast<int>(arguments.size()), pointers.data());
}

}  // namespace

extern "C" int __wrap_main(int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  session().base_seed = std::stoull(environment("TEST_RANDOM_SEED", "1"));
  if (!take_replay(arguments)) return kBadArguments;
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(on_death);
  select_tests();
  const int code = run_catch(arguments);
  if ((session().replay || session().plan) && !session().replayed) {
    std::cerr << "--replay=" << session().token
              << ": no property or simulation of this test has that token; it belongs to another "
                 "test, or the sentence has changed since.\n";
    return kBadArguments;
  }
  return code;
}
