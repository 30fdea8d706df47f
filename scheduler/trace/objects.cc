// See objects.h.
#include "scheduler/trace/objects.h"

namespace rill::trace {

ObjectPointer Objects::known(const SyncObject& object) const {
  auto notes = std::dynamic_pointer_cast<TracedObject>(object.notes);
  return notes != nullptr && notes->run == run_ ? notes : nullptr;
}

ObjectPointer Objects::of(SyncObject& object, const std::string& what) {
  if (ObjectPointer notes = known(object)) return notes;
  const auto notes = std::make_shared<TracedObject>();
  notes->run = run_;
  notes->name = Name(what + "#" + std::to_string(++numbers_[what]));
  object.notes = notes;
  return notes;
}

}  // namespace rill::trace
