// One run of a property, bounded and counted: what checker.cc and play.cc share. Internal.
#pragma once

#include "lessons/school/checker.h"

namespace rill::school {

/// The property's own, but no longer than a learner waits gladly.
simnet::ExploreOptions options_of(const Property& property);

/// The scenario, counted in `progress`. Both must outlive it.
simnet::Scenario watched(const Property& property, Progress& progress);

/// Runs `plan` to see what happens in it.
PropertyVerdict tell(const Lesson& lesson, const Property& property, const simnet::Plan& plan,
                     Progress& progress);

}  // namespace rill::school
