// How the oracles of a search choose. See oracles.h.
#include "simnet/explore/oracles.h"

#include <algorithm>
#include <string_view>

namespace rill::simnet {
namespace {

bool by_place(const Deviation& a, const Deviation& b) {
  return a.site != b.site ? a.site < b.site : a.nth < b.nth;
}

std::uint64_t below(std::uint64_t bits, std::uint64_t limit) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(bits) * limit >> 64);
}

}  // namespace

SearchOracle::SearchOracle(std::uint64_t seed, Strategy strategy)
    : seed_(scatter(seed)), strategy_(strategy), priorities_(seed) {}

std::uint64_t SearchOracle::decide(Site& site, std::uint64_t alternatives) {
  const std::uint64_t bits = scatter(seed_ ^ scatter(site.key + site.count));
  const std::uint64_t choice = std::string_view(site.name) == "turn"
                                   ? turn(site, alternatives, bits)
                                   : below(bits, alternatives);
  if (choice != 0) {
    decisions_.push_back(
        {short_key(site.key), site.count, alternatives, choice, site.name, site.host});
  }
  ++site.count;
  return choice;
}

/// How far a task that becomes ready is held back.
std::uint64_t SearchOracle::turn(const Site& site, std::uint64_t alternatives, std::uint64_t bits) {
  switch (strategy_) {
    case Strategy::pct:
      return priorities_.turn(site, alternatives);
    case Strategy::random:
      return (bits & 1) == 0 ? 0 : below(scatter(bits), alternatives);
    case Strategy::walk:
      return below(bits, alternatives);
    case Strategy::plan:
    case Strategy::hosts:
    case Strategy::fifo:
      break;
  }
  return 0;
}

PlanOracle::PlanOracle(const Plan& plan, const Options& options)
    : deviations_(plan.deviations), options_(options) {
  std::stable_sort(deviations_.begin(), deviations_.end(), by_place);
}

std::uint64_t PlanOracle::decide(Site& site, std::uint64_t alternatives) {
  const Deviation wanted{short_key(site.key), site.count++, 0};
  const auto found = std::lower_bound(deviations_.begin(), deviations_.end(), wanted, by_place);
  std::uint64_t choice = 0;
  if (found != deviations_.end() && found->site == wanted.site && found->nth == wanted.nth) {
    // One that there is not any more is plain. (The menu's draws beyond the last strength mean
    // nothing, and a planned world has none of these.)
    choice = found->choice < alternatives ? found->choice : 0;
  }
  if (choice != 0 || options_.notes_all) {
    decisions_.push_back({wanted.site, wanted.nth, alternatives, choice, site.name, site.host});
  }
  return choice;
}

}  // namespace rill::simnet
