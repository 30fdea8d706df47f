// Events as people read them: whose lane they are in, and what they say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::exports {

/// Whose each event is, by its place in the log: the task that ran; the task that it ends or wakes;
/// the task that had asked for it, and was woken by it or waited for it. Empty: nobody's.
std::vector<std::string> tasks_of(const trace::Log& log);

/// The lane of an event of `task`; of nobody's: "net@HOST", which is that host's kernel, or
/// "network".
std::string lane_of(const trace::Record& record, const std::string& task);

/// Whether pictures of a run show events of this kind. Steps, wakes and decisions are how a run
/// comes about, segments and deliveries how bytes travel: what follows from them is shown.
bool is_told(trace::Kind kind);

/// Which records those are, ascending; and for each task that never went on, what it waited for
/// last.
std::vector<std::uint32_t> told_events(const trace::Log& log);

/// "sends 3 bytes \"hel\"": one line. No time, no address, no number that another run would
/// certainly have differently, so that two runs can be compared.
std::string told(const trace::Record& record);

/// The same of a `sync`: "puts a value into channel#1, 3 of 16 in it".
std::string told_deed(const trace::Record& record);

}  // namespace rill::exports
