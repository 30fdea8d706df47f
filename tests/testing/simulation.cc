// What a simulation's test case does, and which seeds it gets. See simulation.h. Leaves to
// simnet/explore what a run, a search and a story are.
#include "tests/testing/simulation.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "tests/testing/outputs.h"
#include "tests/testing/session.h"

namespace rill::testing {
namespace {

/// In the outputs of the test, if Bazel runs it; returns a line that says so.
std::string keep_outputs(const simnet::Failure& failure, const std::string& sentence) {
  const std::string stem = output_stem("simulation", failure.shrunk.result.fingerprint);
  if (stem.empty()) return "";
  std::ofstream(stem + ".txt") << "simulation: " << sentence << "\n"
                               << failure.text << "  replay: --replay=" << failure.token << "\n";
  std::ofstream(stem + ".token") << failure.shrunk.result.fingerprint << " " << failure.token << " "
                                 << sentence << "\n";
  std::ofstream(stem + ".jsonl") << failure.trace;
  std::ofstream(stem + ".html") << page_of(failure.trace, sentence);
  // Older Bazels pack them when the test has ended; ./rill test takes the page out.
  return see_line(stem + ".html", "or in outputs.zip there");
}

void report(const simnet::Failure& failure, const std::string& sentence) {
  std::cout << "\nsimulation: " << sentence << "\n\n"
            << failure.text << "\n"
            << replay_line(failure.token) << keep_outputs(failure, sentence) << "\n"
            << std::flush;
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

/// Bazel counts runs from 1, in TEST_RANDOM_SEED.
simnet::Seeds seeds_of_this_process(std::uint64_t count) {
  simnet::Seeds seeds{0, count};
  Part part;
  if (const char* const text = std::getenv("RILL_SEEDS"); text != nullptr && *text != '\0') {
    char* rest = nullptr;
    seeds.count = std::strtoull(text, &rest, 10);
    if (*rest == '@') seeds.first = std::strtoull(rest + 1, &rest, 10);
    if (seeds.count == 0 || *rest != '\0') {
      throw std::invalid_argument("RILL_SEEDS must be COUNT or COUNT@FIRST, not " +
                                  std::string(text));
    }
    part = session().part;
  }
  const std::uint64_t run = session().base_seed > 0 ? session().base_seed - 1 : 0;
  seeds.first += (run * part.of + part.number) * seeds.count;
  return seeds;
}

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
  const simnet::SearchReport found =
      search(name, scenario, options, seeds_of_this_process(options.runs));
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
