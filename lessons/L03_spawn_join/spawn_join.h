// Lesson 3: several things at a time, and their results in order.
#pragma once

#include <functional>
#include <vector>

#include "scheduler/api.h"

/// A piece of work: calling it gives a task that ends with a number.
using Job = std::function<rill::Task<int>()>;

/// Does all jobs at the same time, each in a task of its own, and returns their results in the
/// order of `jobs`, whichever ends first. If a job throws, so does gather(), with the first such
/// exception. Whenever gather() ends - by return, by an exception, because it was killed - none of
/// its tasks is left.
rill::Task<std::vector<int>> gather(std::vector<Job> jobs);
