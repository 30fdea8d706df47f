// A plan is told as a sentence, and its token is the same run on every machine and in every build.
#include "simnet/explore/story.h"

#include "simnet/fault_sites.h"
#include "simnet/testing.h"

namespace rill::simnet {
namespace {

/// The client says "hi", and expects the answer within 20 ms.
Task<> greeting(Simulation& sim) {
  const auto answer = [](Connection client) -> Task<> {
    const std::string said = co_await client.recv(100);
    co_await client.sendall(said + " yourself");
  };
  co_await serve(sim, sim.host("server"), 7, answer);
  const auto ask = []() -> Task<std::string> {
    Connection server = co_await connect("server", 7);
    co_await server.sendall("hi");
    co_return co_await server.recv(100);
  };
  const auto client = [ask](Simulation& simulation) -> Task<> {
    const std::optional<std::string> answered = co_await timeout(20_ms, ask());
    simulation.require(answered.has_value(), "an answer comes within 20 ms");
  };
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim)).named("client"));
}

/// The client's third segment - SYN, ACK, "hi" - stalls for 64 ms.
Plan stalled() {
  Plan plan;
  const Site site = fault_site(Fault::stall, link_key("client", "server"));
  plan.deviations.push_back({short_key(site.key), 2, 7});
  return plan;
}

TEST_CASE("a story says after which deed of whom what happened to which link", "[story]") {
  const Failure told = tell(1, greeting, {}, stalled());
  INFO(told.text);
  CHECK(told.shrunk.result.sentence == "an answer comes within 20 ms");
  CHECK_THAT(told.text, testing::contains("after `client#3` sent 2 bytes, "
                                          "link client->server stalls 64 ms"));
  CHECK_THAT(told.text, testing::contains("an answer comes within 20 ms"));
  CHECK_THAT(told.text, testing::contains("here it fails"));
}

TEST_CASE("a token is the same run in every build and on every machine", "[story]") {
  constexpr const char* kToken = "P1000018d4nrhxg270py";
  constexpr const char* kFingerprint = "d48c06567ff4cb2ae75fd085e70a85c9";
  CHECK(encode(stalled(), 1) == kToken);
  const auto named = decode_plan(kToken);
  REQUIRE(named);
  CHECK(run_plan(greeting, {}, named->plan, nullptr).fingerprint == kFingerprint);
}

TEST_CASE("without the deviation the run passes", "[story]") {
  CHECK(run_plan(greeting, {}, Plan(), nullptr).verdict == RunResult::Verdict::passed);
}

}  // namespace
}  // namespace rill::simnet
