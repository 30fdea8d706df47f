// What is suspicious in an answer that compiles: a pure function of its text.
//
// No compiler sees in a type how a lambda captures, so spawn() cannot refuse one that refers to
// what may end before it. A reader of the text can see it, and say so before it crashes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rill::command {

/// A sentence for each, with its line, in the order of lines: a lambda that is spawned with
/// references in it; one that is called where it is spawned, whose captures are gone when its task
/// begins. Comments and literals are no code. TODOs that are left are asked about only when the
/// answer passes.
std::vector<std::string> remarks_on(std::string_view answer, bool has_passed);

}  // namespace rill::command
