// What a learner reads after a check: pure functions from a verdict to text.
//
// Invariant: the text depends on the verdict alone - no wall time, no path of this machine - so the
// same answer always gives the same bytes. Marks carry the meaning (✓ ✗); colour only repeats it.
#pragma once

#include <string>

#include "lessons/common/style.h"
#include "lessons/school/checker.h"
#include "lessons/school/guardian.h"
#include "lessons/school/signatures.h"

namespace rill::school {

struct ScreenOptions {
  std::uint64_t cases = kCases;
  /// Tell every failure in full, not only the first: properties come in the order in which they
  /// are best mended.
  bool tells_all = false;
};

/// The whole screen of a check, without the commands that the learner may try next: those are the
/// business of ./rill, which knows how far the learner has come.
std::string screen_of(const Lesson& lesson, const Verdict& verdict, const ScreenOptions& options,
                      const Signatures& known, const lesson::Style& style);

/// The same when the answer did not come back.
std::string screen_of(const Lesson& lesson, const Ended& ended, const lesson::Style& style);

/// What is wrong with a property, in full, below its line.
std::string told_failure(const Property& property, const PropertyVerdict& verdict,
                         const lesson::Style& style);

/// One replayed run.
std::string screen_of(const Lesson& lesson, const Replayed& replayed, const lesson::Style& style);

}  // namespace rill::school
