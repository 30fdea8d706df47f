// A simulation that fails on some seeds: what campaign_test runs, as a campaign would.
#include "simnet/testing.h"

namespace rill::simnet {
namespace {

RILL_SIMULATION("what three tasks add up is three", .runs = 40) {
  auto& total = sim.make<int>(0);
  const HostId home = sim.host("home");
  const auto add_one = [](int& total) -> Task<> {
    co_await sleep(1_ms);
    const int before = total;
    co_await null();
    total = before + 1;
  };
  std::vector<TaskRef> tasks;
  for (int i = 0; i < 3; ++i) {
    tasks.push_back(spawn_on(home, add_one, std::ref(total)));
    co_await sleep(5_ms);
  }
  for (const TaskRef& task : tasks) co_await join(task);
  sim.require(total == 3, "every addition counts");
}

}  // namespace
}  // namespace rill::simnet
