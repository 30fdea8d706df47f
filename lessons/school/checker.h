// The checker: searches for a run that breaks a property, for each property of a lesson.
//
// Invariant: the verdict is a function of the lesson, the answer and the number of cases. The same
// file always gets the same verdict; nothing passes by luck that does not pass always.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lessons/school/lesson.h"
#include "lessons/school/progress.h"
#include "scheduler/trace/line_sink.h"
#include "simnet/explore/search.h"

namespace rill::school {

/// Cases for each property, unless told otherwise: the curriculum's number.
inline constexpr std::uint64_t kCases = 200;

struct PropertyVerdict {
  std::uint64_t cases = 0;
  /// What is wrong, in a line; empty: nothing.
  std::string sentence;
  std::string details;   ///< all there is to say about it, several lines
  std::string takes;     ///< what had to happen for it
  std::string timeline;  ///< the last events
  std::string token;     ///< "L08:..."
  std::uint64_t deviations_before = 0;
  std::uint64_t deviations = 0;
  simnet::RunResult::Cause cause = simnet::RunResult::Cause::none;

  bool passed() const { return sentence.empty(); }
  /// The budget of steps or of time was used up.
  bool is_endless() const { return cause == simnet::RunResult::Cause::endless; }
};

struct Verdict {
  std::vector<PropertyVerdict> properties;  ///< as in the lesson

  std::size_t passed() const;
  bool all_passed() const { return passed() == properties.size(); }
};

/// `progress` learns where the check is, for the case that it never comes back.
Verdict check(const Lesson& lesson, std::uint64_t cases, Progress& progress);

/// One run as its token names it: what a failing property shows, or that it does not fail.
struct Replayed {
  const Property* property = nullptr;  ///< null: the token is not of this lesson
  PropertyVerdict verdict;
};
Replayed replay(const Lesson& lesson, std::string_view token, Progress& progress);

/// What the trace of that run (docs/trace.md) begins with; nothing if the token is not of this
/// lesson.
std::optional<trace::Header> trace_header(const Lesson& lesson, std::string_view token);
/// The rest of it, as the run goes; `token` is one of this lesson.
void write_trace(const Lesson& lesson, std::string_view token, trace::LineSink& sink,
                 Progress& progress);

/// Every event of the run that `token` names, a line each; "" if it is not of this lesson.
std::string story(const Lesson& lesson, std::string_view token, Progress& progress);

}  // namespace rill::school
