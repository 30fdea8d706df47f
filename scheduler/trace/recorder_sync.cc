// What channels, semaphores and events tell: who put, took, released, set, and which of it led to
// which. See recorder.h.
//
// A value that is handed to a task that waits, and a permit, are taken in the step in which that
// task goes on: the program tells of the wake only, and the record of the taking is made here.
#include <iterator>
#include <utility>

#include "scheduler/trace/recorder.h"

namespace rill::trace {
namespace {

const char* kind_of(SyncDeed deed) {
  if (deed <= SyncDeed::close) return "channel";
  return deed <= SyncDeed::pass_on ? "semaphore" : "event";
}

/// As the trace has it: a value that is handed over was put into the channel all the same.
const Word& name_of(SyncDeed deed) {
  static constexpr Word kNames[] = {
      // in the order of SyncDeed
      "put",   "put",     "offer",   "take",    "put_back", "put_back", "find_end", "refuse",
      "close", "acquire", "release", "release", "set",      "clear",    "pass",     "destroy",
  };
  static_assert(std::size(kNames) == static_cast<std::size_t>(SyncDeed::destroy) + 1);
  return kNames[static_cast<std::size_t>(deed)];
}

/// The event by which what is taken now got there. Permits that nobody has given back yet are taken
/// first.
std::uint64_t take_first(TracedObject& object, std::uint64_t there_were) {
  if (object.inside.empty() || object.inside.size() < there_were) return 0;
  const std::uint64_t n = object.inside.front();
  object.inside.pop_front();
  return n;
}

}  // namespace

void Recorder::on_sync(const TraceEvent& event) {
  const auto deed = static_cast<SyncDeed>(event.a);
  SyncObject& object = *event.detail->object;
  if (deed != SyncDeed::destroy) return on_deed(event, deed, *objects_.of(object, kind_of(deed)));
  const ObjectPointer known = objects_.known(object);
  if (known == nullptr) return;  // of an earlier run
  known->is_gone = true;
  LiveRecord& record = begin(Kind::sync, event);
  record.object = known->name;
  record.did = name_of(deed);
  record.count = known->count;
  record.of = known->of;
  write();
}

void Recorder::on_deed(const TraceEvent& event, SyncDeed deed, TracedObject& object) {
  LiveRecord& record = begin(Kind::sync, event);
  record.object = object.name;
  record.did = name_of(deed);
  record.count = object.count = event.b;
  record.of = object.of = event.detail->of;
  const std::source_location& where = event.detail->where;
  if (where.line() != 0) record.at = places_.of(where).at;
  const bool was_handed = running_ != nullptr && running_->handed.get() == &object;
  if (was_handed) running_->handed = nullptr;
  static constexpr Word kGiveBack("give_back");
  switch (deed) {
    case SyncDeed::take:
      record.cause = take_first(object, 0);
      if (record.cause == 0 && event.detail->target != nullptr) {  // no room: from hand to hand
        record.cause = tasks_.of(event.detail->target)->offered;
      }
      break;
    case SyncDeed::acquire:
      record.cause = take_first(object, event.b + 1);
      break;
    case SyncDeed::put_back:
    case SyncDeed::hand_on:
      if (running_ != nullptr) record.cause = was_handed ? running_->handed_by : running_->taken;
      break;
    case SyncDeed::release:
    case SyncDeed::pass_on:
      // Killed before its turn: it never knew that it had the permit.
      if (was_handed) record.did = kGiveBack, record.cause = running_->handed_by;
      break;
    case SyncDeed::find_end:
    case SyncDeed::refuse:
    case SyncDeed::pass:
      record.cause = object.turn;
      break;
    default:
      break;
  }
  const std::uint64_t n = write();
  object.last_deed = deed;
  object.last = n;
  if (deed == SyncDeed::put || deed == SyncDeed::release) object.inside.push_back(n);
  if (deed == SyncDeed::put_back) object.inside.push_front(n);
  if (deed == SyncDeed::close || deed == SyncDeed::set) object.turn = n;
  if (running_ == nullptr) return;
  if (deed == SyncDeed::offer) running_->offered = n;
  if (deed == SyncDeed::take) running_->taken = n;
}

/// A task that waits for the object is woken by its last deed.
void Recorder::on_wake_by_object(TracedTask& target) {
  TracedObject& object = *target.waits_on;
  record_.object = object.name;
  record_.cause = object.last;
  switch (object.last_deed) {
    case SyncDeed::take:  // its value moves up
      if (object.of > 0) object.inside.push_back(target.offered);
      return;
    case SyncDeed::hand:
    case SyncDeed::hand_on:
    case SyncDeed::pass_on:
      target.handed = target.waits_on;
      target.handed_by = object.last;
      return;
    default:
      return;
  }
}

void Recorder::take_what_was_handed(const TraceEvent& event) {
  if (running_->handed == nullptr) return;
  const ObjectPointer object = std::exchange(running_->handed, nullptr);
  if (object->is_gone) return;
  const bool is_permit = object->last_deed >= SyncDeed::acquire;
  LiveRecord& record = begin(Kind::sync, event);
  record.object = object->name;
  record.did = name_of(is_permit ? SyncDeed::acquire : SyncDeed::take);
  record.count = object->count;
  record.of = object->of;
  record.cause = running_->handed_by;
  running_->taken = write();
}

}  // namespace rill::trace
