// See generators.h.
#include "simnet/explore/generators.h"

#include <algorithm>

#include "simnet/explore/portfolio.h"
#include "simnet/explore/world.h"

namespace rill::simnet {

rc::Gen<std::vector<std::string>> any_cuts(std::string bytes) {
  const auto place = rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  return rc::gen::map(rc::gen::container<std::vector<std::size_t>>(place),
                      [bytes = std::move(bytes)](std::vector<std::size_t> places) {
                        std::sort(places.begin(), places.end());
                        std::vector<std::string> pieces;
                        std::size_t begin = 0;
                        places.push_back(bytes.size());
                        for (const std::size_t end : places) {
                          if (end > begin) pieces.push_back(bytes.substr(begin, end - begin));
                          begin = std::max(begin, end);
                        }
                        return pieces;
                      });
}

rc::Gen<FaultMenu> any_faults(std::vector<Fault> faults) {
  const auto fault = rc::gen::elementOf(std::move(faults));
  const auto rate = rc::gen::map(rc::gen::inRange(0, 20), [](int power) {
    return std::uint32_t{1} << power;  // up to about one in two
  });
  return rc::gen::map(
      rc::gen::container<std::vector<std::pair<Fault, std::uint32_t>>>(rc::gen::pair(fault, rate)),
      [](const std::vector<std::pair<Fault, std::uint32_t>>& chosen) {
        FaultMenu menu;
        for (const auto& [what, per_million] : chosen) menu.set(what, per_million);
        return menu;
      });
}

rc::Gen<FaultMenu> any_faults() {
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (!is_error(static_cast<Fault>(i))) faults.push_back(static_cast<Fault>(i));
  }
  return any_faults(std::move(faults));
}

rc::Gen<Plan> any_schedule() {
  return rc::gen::map(rc::gen::arbitrary<std::uint32_t>(), [](std::uint32_t seed) {
    Plan plan;
    plan.seed = seed;
    plan.strategy = attempt_of(seed).strategy;
    return plan;
  });
}

void showValue(const FaultMenu& menu, std::ostream& out) {
  if (menu.is_empty()) {
    out << "no faults";
    return;
  }
  const char* separator = "";
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (menu.per_million(fault) == 0) continue;
    out << separator << to_string(fault) << " " << menu.per_million(fault);
    separator = ", ";
  }
  out << " times in a million";
}

void showValue(const Plan& plan, std::ostream& out) {
  out << "seed " << plan.seed << " by " << to_string(plan.strategy);
  if (!plan.deviations.empty()) out << ", deviations: " << plan.deviations.size();
}

}  // namespace rill::simnet
