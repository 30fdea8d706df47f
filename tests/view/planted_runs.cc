// Planted bugs as traces, for tests and pictures of the viewer.
//
//   planted_runs --find BUG TRACE           searches until BUG shows; writes the trace of the
//                                           shrunk run, prints its token and what is wrong
//   planted_runs --replay BUG TOKEN TRACE   the run that a token names, likewise
//
// Prints two lines: the token; "fails: SENTENCE" or "passes".
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr std::uint32_t kName = 7;

const Bug* bug_named(std::string_view part) {
  for (const Bug& bug : all_bugs()) {
    if (std::string_view(bug.name).find(part) != std::string_view::npos) return &bug;
  }
  return nullptr;
}

int keep(const simnet::Failure& failure, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  file << failure.trace;
  if (!file.flush()) {
    std::cerr << "cannot write " << path << "\n";
    return 1;
  }
  const simnet::RunResult& result = failure.shrunk.result;
  std::cout << failure.token << "\n"
            << (result.verdict == simnet::RunResult::Verdict::failed ? "fails: " + result.sentence
                                                                     : "passes")
            << "\n";
  return 0;
}

int make(const std::vector<std::string>& words) {
  const bool finds = words.size() == 3 && words[0] == "--find";
  if (!finds && !(words.size() == 4 && words[0] == "--replay")) {
    std::cerr << "usage: planted_runs --find BUG TRACE | --replay BUG TOKEN TRACE\n";
    return 2;
  }
  const Bug* const bug = bug_named(words[1]);
  if (bug == nullptr) {
    std::cerr << "no planted bug has '" << words[1] << "' in its name\n";
    return 2;
  }
  if (finds) {
    const simnet::SearchReport report =
        simnet::search(kName, bug->with({}), bug->options(), {0, 1'000});
    if (report.failure) return keep(*report.failure, words[2]);
    std::cerr << "1000 runs do not find it\n";
    return 1;
  }
  const auto named = simnet::decode_plan(words[2]);
  if (!named) {
    std::cerr << "that is no token of a plan: " << words[2] << "\n";
    return 2;
  }
  return keep(simnet::tell(named->test, bug->with({}), bug->options(), named->plan), words[3]);
}

}  // namespace
}  // namespace rill::planted

int main(int argc, char** argv) { return rill::planted::make({argv + 1, argv + argc}); }
