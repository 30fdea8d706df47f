// A run as a search makes it: in the world and by the strategy that the seed gets, with every fault
// of the menu in reach. So what is proven here is proven of the whole model.
#include <optional>
#include <string>

#include "simnet/explore/portfolio.h"
#include "tests/determinism/scenarios.h"
#include "tests/explore/moving_service.h"

namespace rill::testing {
namespace {

/// Hands events on to a sink that knows no network.
class Forward final : public simnet::RunObserver {
 public:
  explicit Forward(TraceSink& to) : to_(to) {}
  void on_event(const TraceEvent& event) override { to_.on_event(event); }

 private:
  TraceSink& to_;
};

}  // namespace

std::string run_searched(std::uint64_t seed, TraceSink* sink) {
  const simnet::Attempt attempt = simnet::attempt_of(seed);
  simnet::Plan plan;
  plan.seed = seed;
  plan.strategy = attempt.strategy;
  simnet::SearchOracle oracle(seed, attempt.strategy);
  std::optional<Forward> observer;
  if (sink != nullptr) observer.emplace(*sink);
  return simnet::run_once(simnet::moving_service, {}, attempt.world, plan, oracle,
                          observer ? &*observer : nullptr)
      .fingerprint;
}

}  // namespace rill::testing
