// The test of the test: simulators that are wrong in one thing each, and how soon it shows.
#include "tests/differential/mutants.h"

#include <iomanip>
#include <iostream>

#include "tests/differential/director.h"
#include "tests/differential/generate.h"
#include "tests/differential/judge.h"
#include "tests/differential/kernel_world.h"
#include "tests/differential/sim_world.h"
#include "tests/testing/property.h"

namespace rill::differential {
namespace {

constexpr std::size_t kScripts = 2'000;

struct Played {
  Script script;
  Transcript transcript;
};

/// What the kernel replied, once for all mutants.
const std::vector<Played>& played() {
  static const std::vector<Played> all = [] {
    std::vector<Played> transcripts;
    rc::Random random(1);
    const bool has_ipv6 = KernelWorld::has_ipv6();
    const auto generator = scripts();
    while (transcripts.size() < kScripts) {
      Script script = generator(random.split(), rc::kNominalSize).value();
      if (!has_ipv6) script.family = Family::ipv4;
      KernelWorld kernel(script);
      transcripts.push_back({script, play(script, kernel)});
    }
    return transcripts;
  }();
  return all;
}

std::unique_ptr<Distorted> nothing_wrong(simnet::Network& network) {
  return std::make_unique<Distorted>(network);
}

struct Caught {
  std::size_t scripts = 0;  // looked at; the last one showed it, if any did
  std::string by;
};

Caught hunt(std::unique_ptr<Distorted> (*make)(simnet::Network& network)) {
  Caught caught;
  for (const Played& one : played()) {
    ++caught.scripts;
    simnet::Network network(network_options(one.script));
    const std::unique_ptr<Distorted> front = make(network);
    SimWorld sim(network, *front, one.script);
    if (const auto shown = difference(one.transcript, sim, nullptr)) {
      caught.by = *shown;
      break;
    }
  }
  return caught;
}

TEST_CASE("what mutants are made of distorts nothing by itself", "[mutants]") {
  const Caught caught = hunt(&nothing_wrong);
  INFO(caught.by);
  CHECK(caught.by.empty());
}

TEST_CASE("every planted mistake about TCP is caught", "[mutants]") {
  constexpr int kWidth = 66;
  std::size_t planted = 0;
  for (const auto* mutants : {&connecting_mutants(), &stream_mutants(), &closing_mutants()}) {
    for (const Mutant& mutant : *mutants) {
      const Caught caught = hunt(mutant.make);
      ++planted;
      std::cout << std::left << std::setw(kWidth) << mutant.sentence;
      if (caught.by.empty()) {
        std::cout << "NOT CAUGHT by " << caught.scripts << " scripts\n";
      } else {
        std::cout << "caught by script " << caught.scripts << "\n";
      }
      INFO(mutant.sentence);
      CHECK(!caught.by.empty());
    }
  }
  constexpr std::size_t kLeast = 15;
  CHECK(planted >= kLeast);
}

}  // namespace
}  // namespace rill::differential
