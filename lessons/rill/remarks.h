// What is suspicious in an answer that compiles: a pure function of its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rill::command {

/// A sentence for each, with its line. An answer that passes is only asked about TODOs that are
/// left; one that fails about lambdas that are spawned with references in them, which no compiler
/// refuses: the function around them may end first.
std::vector<std::string> remarks_on(std::string_view answer, bool has_passed);

}  // namespace rill::command
