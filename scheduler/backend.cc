// What backends have in common. See backend.h.
#include "scheduler/backend.h"

#include <ctime>

namespace rill {

std::int64_t Backend::calendar_seconds() { return std::time(nullptr); }

}  // namespace rill
