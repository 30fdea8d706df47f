// See priorities.h.
#include "simnet/explore/priorities.h"

#include <algorithm>

namespace rill::simnet {

Priorities::Priorities(std::uint64_t seed)
    : seed_(scatter(seed ^ 0x504354)), depth_(1 + static_cast<unsigned>(seed_ % kMostDepth)) {
  const std::uint64_t length = std::uint64_t{16} << (scatter(seed_) % 8);
  for (unsigned i = 0; i + 1 < depth_; ++i) falls_[i] = 1 + scatter(seed_ + 1 + i) % length;
}

std::uint64_t Priorities::turn(const Site& site, std::uint64_t alternatives) {
  ++turns_;
  const auto end = falls_.begin() + (depth_ - 1);
  if (std::find(falls_.begin(), end, turns_) != end) fallen_.push_back(site.instance);
  if (std::find(fallen_.begin(), fallen_.end(), site.instance) != fallen_.end()) {
    return alternatives - 1;
  }
  return scatter(seed_ ^ scatter(site.instance)) % alternatives;
}

}  // namespace rill::simnet
