// See record.h.
#include "scheduler/trace/record.h"

namespace rill::trace {

std::optional<Kind> kind_of(std::string_view name) {
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<Kind>(found - kKindNames.begin());
}

}  // namespace rill::trace
