// The channels, semaphores and events of a run, as its trace numbers them: "channel#1", "channel#2"
// ... in the order of their first event; and which event a value or a permit comes from.
//
// What is kept of an object belongs to the object, and dies with it: a number for each value that
// is in a channel, and for each permit that was given back and is free.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "scheduler/sync_object.h"
#include "scheduler/trace/live_record.h"

namespace rill::trace {

struct TracedObject final : SyncObject::Notes {
  std::shared_ptr<const char> run;  ///< whose notes these are: an object may outlive a run
  Name name;                        ///< "channel#1"
  bool is_gone = false;
  std::uint64_t count = 0;  ///< values, free permits, or 1 for an event that is set
  std::uint64_t of = 0;
  SyncDeed last_deed{};
  std::uint64_t last = 0;            ///< n of the last deed
  std::uint64_t turn = 0;            ///< n of its close, or of its last set
  std::deque<std::uint64_t> inside;  ///< n of the events by which values, or permits, are there
};
using ObjectPointer = std::shared_ptr<TracedObject>;

class Objects {
 public:
  /// `what` is "channel", ...
  ObjectPointer of(SyncObject& object, std::string_view what);
  /// One that was told of before, or null.
  ObjectPointer known(const SyncObject& object) const;

 private:
  std::shared_ptr<const char> run_ = std::make_shared<const char>('\0');
  std::map<std::string, std::uint64_t> numbers_;  // the last of each kind
};

}  // namespace rill::trace
