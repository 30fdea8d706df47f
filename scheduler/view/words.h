// Words: events as plain sentences. page/words.js says the same, letter by letter.
#pragma once

#include <cstddef>
#include <string>

#include "scheduler/view/model.h"

namespace rill::view {

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
