// Phrases: what sentences are put together from: counts, names, texts on one line. page/phrases.js
// is the same for the page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rill::view {

/// "1 event", "2 events".
std::string counted(std::uint64_t count, std::string_view noun);
/// "a#1, b#2, c#3, d#4 and 3 more".
std::string some_names(const std::vector<std::string>& names);
/// A task's name without its number.
std::string_view plain_name(std::string_view name);
std::string first_line(const std::string& text);
/// All of it; what ends its lines, with the spaces that follow, becomes one space.
std::string one_line(const std::string& text);

}  // namespace rill::view
