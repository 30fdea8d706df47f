// One run of a property, bounded and counted: what checker.cc, play.cc and screen.cc share.
// Internal.
#pragma once

#include "lessons/school/checker.h"

namespace rill::school {

/// The property's own, but no longer than a learner waits gladly.
simnet::ExploreOptions options_of(const Property& property);

/// The scenario, counted in `progress`. Both must outlive it.
simnet::Scenario watched(const Property& property, Progress& progress);

/// A report of tasks without the frames that are neither the lesson's nor Rill's: how the school
/// set it up is none of a learner's business.
std::string without_school_frames(std::string_view report);

/// Runs `plan` to see what happens in it.
PropertyVerdict tell(const Lesson& lesson, const Property& property, const simnet::Plan& plan,
                     Progress& progress);

}  // namespace rill::school
