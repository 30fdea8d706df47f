// Words: events as plain sentences. page/words.js says the same, letter by letter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scheduler/view/model.h"

namespace rill::view {

/// "1 event", "2 events".
std::string counted(std::uint64_t count, std::string_view noun);

/// What happened, without who did it: "receives 3 B "hel"".
std::string describe(const Model& model, std::size_t i);
/// Who does it: a task, a host, or nobody: the network itself.
std::string who(const Model& model, const trace::Record& event);

}  // namespace rill::view
