// One corpus of socket scripts, three backends: whatever a script sees of the simulated network, a
// program sees of epoll and of io_uring, reply for reply. (The kernel without Rill is the judge:
// every backend is compared to it, so they agree with each other.)
//
// 400 scripts by default; RILL_SCRIPTS=N in the environment runs N.
#include <cstdlib>
#include <optional>
#include <string>

#include "simnet/network.h"
#include "tests/differential/director.h"
#include "tests/differential/generate.h"
#include "tests/differential/judge.h"
#include "tests/differential/kernel_world.h"
#include "tests/differential/real_world.h"
#include "tests/differential/sim_world.h"
#include "tests/testing/property.h"

namespace rill::differential {
namespace {

using testing::RealBackend;

constexpr long kScripts = 400;

TEST_CASE("whatever a script sees, it sees on the simulated network, on epoll and on io_uring",
          "[differential]") {
  const char* wanted = std::getenv("RILL_SCRIPTS");
  const long count = wanted != nullptr ? std::strtol(wanted, nullptr, 10) : kScripts;
  setenv("RC_PARAMS", ("max_success=" + std::to_string(count)).c_str(), 1);
  const bool has_ipv6 = KernelWorld::has_ipv6();
  const bool has_uring = testing::has_uring();
  Findings epoll_findings;
  Findings uring_findings;
  testing::property("all backends reply alike", [&](const Script& wild) {
    Script script = playable(wild);
    if (!has_ipv6) script.family = Family::ipv4;
    Transcript transcript;
    {
      KernelWorld kernel(script);
      transcript = play(script, kernel);
    }
    {
      simnet::Network network(network_options(script));
      SimWorld sim(network, network, script);
      if (const auto differs = difference(transcript, sim, nullptr))
        RC_FAIL("simulated:\n" + *differs);
    }
    {
      RealWorld epoll(RealBackend::epoll, script);
      if (const auto differs = difference(transcript, epoll, &epoll_findings)) {
        RC_FAIL("epoll:\n" + *differs);
      }
    }
    if (!has_uring) return;
    RealWorld uring(RealBackend::uring, script);
    if (const auto differs = difference(transcript, uring, &uring_findings, true)) {
      RC_FAIL("io_uring:\n" + *differs);
    }
  });
  unsetenv("RC_PARAMS");
  if (epoll_findings.scripts < kScripts) return;  // a replay, or a short run
  CHECK(epoll_findings.coverage.seen() > kObservables / 2);
  CHECK(epoll_findings.parted < epoll_findings.scripts / 4);
  if (!has_uring) return;
  CHECK(uring_findings.coverage.seen() > kObservables / 2);
  CHECK(uring_findings.parted < uring_findings.scripts / 4);
}

}  // namespace
}  // namespace rill::differential
