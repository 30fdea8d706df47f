// What a simulation's test case does, and which seeds it gets. See simulation.h.
//   RILL_RUNS=N        runs N seeds instead of what the test says
//   RILL_SEEDS=A-B     a campaign: the seeds A to B, shared out among runs and shards, which then
//                      all run every simulation; no seed is run twice
// Leaves to simnet/explore what a run, a search and a story are.
#include "tests/testing/simulation.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/testing/session.h"

namespace rill::testing {
namespace {

std::uint64_t number_in(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Bazel counts runs from 1, in TEST_RANDOM_SEED.
simnet::Seeds seeds_of(const simnet::ExploreOptions& options) {
  const std::uint64_t run = session().base_seed > 0 ? session().base_seed - 1 : 0;
  simnet::Seeds seeds{0, number_in("RILL_RUNS", options.runs)};
  const char* const range = std::getenv("RILL_SEEDS");
  if (range == nullptr || *range == '\0') {
    seeds.first = run * seeds.count;
    return seeds;
  }
  const Part part = session().part;
  char* rest = nullptr;
  const std::uint64_t first = std::strtoull(range, &rest, 10);
  const std::uint64_t last = *rest == '-' ? std::strtoull(rest + 1, nullptr, 10) : first;
  const std::uint64_t runs = number_in("RILL_RUNS_PER_TEST", 1);
  const std::uint64_t parts = part.of * runs;
  const std::uint64_t mine = run % runs * part.of + part.number;
  const std::uint64_t total = last >= first ? last - first + 1 : 0;
  // Neighbouring parts differ by one seed at most.
  seeds.first = first + total / parts * mine + std::min(mine, total % parts);
  seeds.count = total / parts + (mine < total % parts ? 1 : 0);
  return seeds;
}

void keep_outputs(const simnet::Failure& failure, const std::string& sentence) {
  const char* const folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (folder == nullptr) return;
  // Short, since tokens of big plans are longer than a file's name may be.
  const std::string stem =
      std::string(folder) + "/simulation-" + failure.shrunk.result.fingerprint.substr(0, 12);
  std::ofstream(stem + ".txt") << "simulation: " << sentence << "\n"
                               << failure.text << "  replay: --replay=" << failure.token << "\n";
  std::ofstream(stem + ".token") << failure.shrunk.result.fingerprint << " " << failure.token << " "
                                 << sentence << "\n";
  std::ofstream(stem + ".jsonl") << failure.trace;
}

void report(const simnet::Failure& failure, const std::string& sentence) {
  std::cout << "\nsimulation: " << sentence << "\n\n"
            << failure.text
            << "\n  again, anywhere: bazel test //YOUR:TEST --test_arg=--replay=" << failure.token
            << "\n  replay: --replay=" << failure.token << "\n\n"
            << std::flush;
  keep_outputs(failure, sentence);
}

void show_numbers(const simnet::SearchReport& found, const std::string& sentence) {
  std::cout << "simulation: " << sentence << "\n  " << found.runs << " runs, " << found.steps
            << " steps, 0 failures";
  if (found.tolerated > 0) {
    std::cout << "; " << found.tolerated << " ended by an injected error that nobody caught";
  }
  std::cout << "\n";
  if (found.schedules > 0) {
    std::cout << "  " << (found.all_schedules_tried ? "all schedules" : "the first schedules")
              << " within the bound: " << found.schedules << " runs, 0 failures\n";
  }
  std::string faults;
  for (std::size_t i = 0; i < simnet::kFaults; ++i) {
    if (found.faults[i] == 0) continue;
    faults += (faults.empty() ? "" : ", ") + std::to_string(found.faults[i]) + " " +
              std::string(to_string(static_cast<simnet::Fault>(i)));
  }
  if (!faults.empty()) std::cout << "  faults: " << faults << "\n";
}

}  // namespace

void check_simulation(const std::string& sentence, const simnet::Scenario& scenario,
                      const simnet::ExploreOptions& options) {
  const std::uint32_t name = hash_test(session().test_case);
  if (session().plan) {
    if (session().plan->test != name) return;
    session().replayed = true;
    const simnet::Failure told = tell(name, scenario, options, session().plan->plan);
    report(told, sentence);
    if (told.shrunk.result.verdict == simnet::RunResult::Verdict::failed) {
      FAIL("simulation fails: " << told.shrunk.result.sentence);
    }
    SUCCEED();
    return;
  }
  if (session().replay) return;
  const simnet::SearchReport found = search(name, scenario, options, seeds_of(options));
  if (found.failure) {
    report(*found.failure, sentence);
    FAIL("simulation fails: " << found.failure->shrunk.result.sentence);
  }
  show_numbers(found, sentence);
  for (const std::string& never : found.never) {
    std::cout << "  never happened: " << never << "\n";
  }
  if (!found.never.empty())
    FAIL("something that a run must meet never happened: " << found.never[0]);
  SUCCEED();
}

}  // namespace rill::testing
