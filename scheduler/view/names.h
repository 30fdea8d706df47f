// Names: a task is called one thing everywhere: "client#3", as the trace has it. The sentences that
// the scheduler wrote into it say #3 'client'. page/names.js is the same for the page.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rill::view {

/// By what is behind the '#'.
using NamesByNumber = std::map<std::string, std::string, std::less<>>;

/// Notes down a task; of two with one number the first keeps it.
void add_name(NamesByNumber& names, const std::string& task);

/// The text, with the name that its lane has for each task in it.
std::string with_lane_names(const NamesByNumber& names, std::string_view text);

/// "connection 3"
std::string name_of_connection(std::uint64_t number);

}  // namespace rill::view
