// See watchdog.h.
#include "net/service/watchdog.h"

#include <algorithm>

namespace rill {

void Watchdog::beat(unsigned worker) {
  has_beaten_[worker] = true;
  const bool have_all =
      std::ranges::all_of(has_beaten_, [](const auto& has) { return has.load(); });
  if (!have_all) return;
  // Two workers that come here at once tell it twice, which is as good.
  for (std::atomic<bool>& has : has_beaten_) has = false;
  manager_.notify("WATCHDOG=1");
}

}  // namespace rill
