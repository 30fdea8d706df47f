// Sites that are found by name and instance, for places of choice that come and go with tasks.
//
// Whatever lives as long as its choices owns its Site (a link, a listener). A task's turns and
// steps have no such owner: they are found here, by a key that survives an edit of the program.
// Nothing can be iterated, so the order of the hash table decides nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scheduler/oracle.h"

namespace rill {

class SiteTable {
 public:
  /// The site, with its count of decisions so far. The reference is good until the next call.
  Site& at(const char* name, std::uint64_t instance) {
    if (2 * (sites_.size() + 1) > places_.size()) grow();
    const Site wanted(name, instance);
    std::size_t place = wanted.key & (places_.size() - 1);
    while (places_[place] != kNone && sites_[places_[place]].key != wanted.key) {
      place = (place + 1) & (places_.size() - 1);
    }
    if (places_[place] == kNone) {
      places_[place] = static_cast<std::uint32_t>(sites_.size());
      sites_.push_back(wanted);
    }
    return sites_[places_[place]];
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  void grow() {
    places_.assign(places_.empty() ? 64 : 2 * places_.size(), kNone);
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
      std::size_t place = sites_[i].key & (places_.size() - 1);
      while (places_[place] != kNone) place = (place + 1) & (places_.size() - 1);
      places_[place] = i;
    }
  }

  std::vector<Site> sites_;
  std::vector<std::uint32_t> places_;  // of sites_, by key, at most half full
};

}  // namespace rill
