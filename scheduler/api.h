// Everything a program calls on the scheduler, in one include.
#pragma once

#include "scheduler/channel.h"
#include "scheduler/deadlock.h"
#include "scheduler/event.h"
#include "scheduler/group.h"
#include "scheduler/run.h"
#include "scheduler/semaphore.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "scheduler/task.h"
#include "scheduler/task_ref.h"
#include "scheduler/time.h"
#include "scheduler/timeout.h"
