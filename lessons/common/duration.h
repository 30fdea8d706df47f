// Times as people type them: "10" or "2.5" seconds, "500ms".
#pragma once

#include <string>

#include "scheduler/time.h"

namespace rill::lesson {

/// From a millisecond to a day. Throws UsageMistake, naming `flag`, for anything else.
Duration parse_duration(const std::string& flag, const std::string& text);

/// What parse_duration() reads as `duration`: the shorter of the forms.
std::string duration_text(Duration duration);

}  // namespace rill::lesson
