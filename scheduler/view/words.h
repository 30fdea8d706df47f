// Words: events as plain sentences. page/words.js says the same, letter by letter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/view/model.h"

namespace rill::view {

/// "1 event", "2 events".
std::string counted(std::uint64_t count, std::string_view noun);

/// "a#1, b#2, c#3, d#4 and 3 more".
std::string some_names(const std::vector<std::string>& names);
/// A task's name without its number.
std::string_view plain_name(std::string_view name);
std::string one_line(const std::string& text);

/// What happened, without who did it: "receives 3 B "hel"".
std::string describe(const Model& model, std::size_t i);
/// Who does it: a task, a host, or nobody: the network itself.
std::string who(const Model& model, const trace::Record& event);

/// Both, on one line.
std::string told(const Model& model, std::size_t i);
/// What a block waits for, as the program says it; else in one word, or "?".
std::string wait_text(const Model& model, std::size_t i);
/// Who is at the other end of an event's connection, as far as the trace knows.
std::string peer_of(const Model& model, const trace::Record& event);

}  // namespace rill::view
