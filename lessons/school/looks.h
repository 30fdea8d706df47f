// What a check leaves of a run to be looked at: its trace, a page, its packets.
//
// All are made from the trace of the run that a token names, which runs once more for it.
#pragma once

#include <string>
#include <string_view>

#include "lessons/school/checker.h"

namespace rill::school {

/// Where they go; empty: it is not wanted.
struct Looks {
  std::string trace;
  std::string view;
  std::string pcap;
  bool are_wanted() const { return !(trace + view + pcap).empty(); }
};

/// Writes them, and returns what is not in them, in lines; mostly "". `token` is one of this
/// lesson. The trace is written as the run goes, so an answer that does not come back leaves a part
/// of it. Throws lesson::UsageMistake, in a sentence, when a file cannot be written.
std::string write_looks(const Lesson& lesson, std::string_view token, const Looks& looks,
                        Progress& progress);

/// Where Bazel runs the check as a test (TEST_UNDECLARED_OUTPUTS_DIR), each failing property leaves
/// PROPERTY.token, PROPERTY.jsonl and PROPERTY.html in the test's outputs. Elsewhere nothing.
void keep_failures(const Lesson& lesson, const Verdict& verdict, Progress& progress);

}  // namespace rill::school
