// SyncObject: the part of a channel, a semaphore or an event that a recorder of the run knows
// (RunOptions::recorder). It tells what is done to the object, by whom and where.
//
// Who has one asks Scheduler::is_recorded() or Scheduler::recorded() first: without a recorder that
// branch is all it costs. What a recorder keeps of an object lives in the object, and dies with it.
// Internal to Rill.
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>

#include "scheduler/compiler.h"

namespace rill {

struct TaskControl;

/// What is done to one. Told before the wakes that follow from it.
enum class SyncDeed : std::uint8_t {
  // to a channel
  put,       ///< a value went into it
  hand,      ///< a value went to a pop that waits
  offer,     ///< it is full: a value waits outside
  take,      ///< a pop got a value at once; a push that waits moves up
  put_back,  ///< who got a value was killed before its turn: it is the first in the channel again
  hand_on,   ///< the same, and it went to the next pop that waits
  find_end,  ///< a pop found it closed and empty
  refuse,    ///< a push found it closed
  close,
  // to a semaphore
  acquire,  ///< a permit that was free
  release,  ///< ... is free again
  pass_on,  ///< ... went to who waits for it
  // to an event
  set,
  clear,
  pass,  ///< a wait found it set
  // to each of them
  destroy,
};

class SyncObject {
 public:
  /// What a recorder keeps about the object.
  struct Notes {
    virtual ~Notes() = default;
  };

  SyncObject() = default;
  SyncObject(const SyncObject&) = delete;
  SyncObject& operator=(const SyncObject&) = delete;
  ~SyncObject() {
    if (notes != nullptr) [[unlikely]]
      tell(SyncDeed::destroy, 0);
  }

  /// To the recorder of the run on this thread, if there is one. `count` is how many values,
  /// permits, or set flags there are then, of at most `of`; `target` the task, if any, whose push
  /// gives the value; `where` the call, if it is no await.
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell(SyncDeed deed, std::uint64_t count,
                                                        std::uint64_t of = 0,
                                                        std::source_location where = {},
                                                        const TaskControl* target = nullptr);

  std::shared_ptr<Notes> notes;  ///< the recorder's
};

}  // namespace rill
