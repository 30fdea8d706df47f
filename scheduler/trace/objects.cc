// See objects.h.
#include "scheduler/trace/objects.h"

namespace rill::trace {

ObjectPointer Objects::known(const SyncObject& object) const {
  auto notes = std::dynamic_pointer_cast<TracedObject>(object.notes);
  return notes != nullptr && notes->run == run_ ? notes : nullptr;
}

ObjectPointer Objects::of(SyncObject& object, std::string_view what) {
  if (ObjectPointer notes = known(object)) return notes;
  const auto notes = std::make_shared<TracedObject>();
  notes->run = run_;
  const std::string kind(what);
  notes->name = Name(kind + "#" + std::to_string(++numbers_[kind]));
  object.notes = notes;
  return notes;
}

}  // namespace rill::trace
