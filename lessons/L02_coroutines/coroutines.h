// Lesson 2: a task gives way only where it awaits.
#pragma once

#include "scheduler/api.h"

/// Counts `total` up by one, `rounds` times, and after each time lets every other task that is
/// ready run before it goes on (co_await rill::null()). Many tasks do this with one `total` at a
/// time, and none of their counts may be lost.
rill::Task<> count(int& total, int rounds);
