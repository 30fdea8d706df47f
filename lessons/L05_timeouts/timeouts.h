// Lesson 5: an answer in time, or none.
#pragma once

#include <optional>

#include "scheduler/api.h"

/// Awaits `work` for at most `limit`: its value, or nothing if it has not ended by then. If it ends
/// at that very moment, its value counts. What `work` throws in time goes through. When this ends -
/// by return, by an exception, because it was killed - neither `work` nor a timer is left.
/// From spawn(), sleep(), Event and Group; not by rill::timeout(), which is the answer.
rill::Task<std::optional<int>> with_timeout(rill::Duration limit, rill::Task<int> work);
