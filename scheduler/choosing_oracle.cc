// See choosing_oracle.h.
#include "scheduler/choosing_oracle.h"

#include <utility>

namespace rill {

ChoosingOracle::ChoosingOracle(Oracle& rest, std::vector<Choice> choices) : rest_(rest) {
  for (Choice& choice : choices) wishes_.push_back({std::move(choice)});
}

std::uint64_t ChoosingOracle::decide(Site& site, std::uint64_t alternatives) {
  const std::uint64_t nth = site.count;
  std::uint64_t made = rest_.decide(site, alternatives);
  for (Wish& wish : wishes_) {
    const Choice& wanted = wish.choice;
    if (wanted.key != site.key || wanted.site != site_word(site.name)) continue;
    ++wish.decisions;
    if (wanted.nth != nth) continue;
    wish.alternatives = alternatives;
    if (wanted.choice < alternatives) made = wanted.choice;
  }
  return made;
}

std::string ChoosingOracle::not_made() const {
  std::string all;
  for (const auto& [choice, decisions, alternatives] : wishes_) {
    std::string why;
    if (decisions == 0) {
      why = "the run never comes to this site";
    } else if (alternatives == 0) {
      why =
          "the run has " +
          (decisions == 1 ? "only decision 0" : "decisions 0 to " + std::to_string(decisions - 1)) +
          " there";
    } else if (choice.choice >= alternatives) {
      why = "there are choices 0 to " + std::to_string(alternatives - 1);
    } else {
      continue;
    }
    all += (all.empty() ? "" : ", ") + to_string(choice) + " (" + why + ")";
  }
  return all;
}

}  // namespace rill
