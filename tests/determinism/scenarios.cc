// The lessons as scenarios. See scenarios.h.
#include "tests/determinism/scenarios.h"

#include <stdexcept>

#include "lessons/common/worlds.h"
#include "lessons/crawler/program.h"
#include "lessons/echo/echo.h"
#include "lessons/httpd/httpd.h"
#include "simnet/network.h"

namespace rill::testing {
namespace {

/// As ./rill run NAME --seed N does it, so these are the fingerprints that users see.
std::string run_lesson(const lesson::Program& program, std::uint64_t seed, TraceSink* sink) {
  lesson::Settings settings;
  settings.seed = seed;
  settings.port = program.port;
  simnet::Network network(lesson::network_options(program));
  RunReport report;
  lesson::play_scenario(program, settings, network, sink, report);
  return report.fingerprint;
}

}  // namespace

const std::vector<Scenario>& all_scenarios() {
  static const std::vector<Scenario> all = {
      {"echo",
       [](std::uint64_t seed, TraceSink* sink) {
         lesson::EchoFlags flags;
         return run_lesson(lesson::echo_program(flags), seed, sink);
       }},
      {"httpd",
       [](std::uint64_t seed, TraceSink* sink) {
         httpd::Flags flags;
         return run_lesson(httpd::httpd_program(flags), seed, sink);
       }},
      {"crawler",
       [](std::uint64_t seed, TraceSink* sink) {
         crawler::Choices choices;
         return run_lesson(crawler::crawler_program(choices), seed, sink);
       }},
      {"rough", run_rough},
      {"searched", run_searched},
  };
  return all;
}

const Scenario& find_scenario(const std::string& name) {
  std::string names;
  for (const Scenario& scenario : all_scenarios()) {
    if (scenario.name == name) return scenario;
    names += " " + scenario.name;
  }
  throw std::invalid_argument("no scenario is called '" + name + "'; there are:" + names);
}

}  // namespace rill::testing
