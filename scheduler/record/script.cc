// From a recording to what its peers did. See script.h.
#include "scheduler/record/script.h"

#include <cerrno>
#include <map>

namespace rill::record {
namespace {

/// Reads one run.
class ScriptReader {
 public:
  Script read(LogReader reader) {
    bool has_clock = false;
    while (reader.next() && reader.entry().kind != EntryKind::end) {
      const Entry& entry = reader.entry();
      if (entry.kind == EntryKind::wait || entry.kind == EntryKind::now) time_ = entry.at;
      if (entry.kind == EntryKind::now && !std::exchange(has_clock, true))
        script_.begins = entry.at;
      note(entry);
    }
    script_.locals.resize(script_.sockets + 1);
    return std::move(script_);
  }

 private:
  void note(const Entry& entry) {
    switch (entry.kind) {
      case EntryKind::submit:
        submits_.push_back(entry);
        submits_.back().on.slot = static_cast<std::uint32_t>(number_of(entry.on));
        return;
      case EntryKind::complete:
        return note_arrival(entry);
      case EntryKind::listen:
        script_.listeners.push_back(entry);
        script_.listeners.back().opened = {static_cast<std::uint32_t>(open(entry.opened)), 1};
        return;
      case EntryKind::local_address: {
        const std::uint64_t number = number_of(entry.on);
        if (number >= script_.locals.size()) script_.locals.resize(number + 1);
        script_.locals[number] = entry.told;
        return;
      }
      case EntryKind::wall_clock:
        if (script_.wall_began == WallTime()) script_.wall_began = WallTime{entry.result};
        return;
      default:
        return;  // what the program did
    }
  }

  void note_arrival(const Entry& entry) {
    const Entry& submit = submits_[entry.number - 1];
    if (entry.op != submit.op || entry.result == -ECANCELED) return;
    Arrival arrival;
    arrival.entry = entry;
    arrival.at = time_;
    arrival.key = submit.on.slot;
    arrival.name = submit.name;
    arrival.to = submit.address;
    if (entry.op == OpKind::read) arrival.key = submit.number;
    if (entry.op == OpKind::signal) {
      arrival.key = static_cast<std::uint64_t>(entry.result);
      arrival.part = ++script_.parts;
    }
    const bool opens = entry.op == OpKind::accept || entry.op == OpKind::connect;
    if (opens && entry.result >= 0) arrival.opens = open(entry.opened);
    if (entry.op == OpKind::accept && entry.result >= 0)
      parts_[arrival.opens] = arrival.part = ++script_.parts;
    if (entry.op == OpKind::recv || entry.op == OpKind::send || entry.op == OpKind::send_file) {
      const auto part = parts_.find(arrival.key);
      if (part != parts_.end()) arrival.part = part->second;
    }
    script_.arrivals.push_back(std::move(arrival));
  }

  std::uint64_t open(Handle handle) {
    if (!handle) return 0;
    numbers_[{handle.slot, handle.generation}] = ++script_.sockets;
    return script_.sockets;
  }
  std::uint64_t number_of(Handle handle) const {
    const auto found = numbers_.find({handle.slot, handle.generation});
    return found != numbers_.end() ? found->second : 0;
  }

  Script script_;
  Instant time_;
  std::vector<Entry> submits_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> numbers_;
  std::map<std::uint64_t, std::uint64_t> parts_;  ///< by connection
};

}  // namespace

Script script_of(const Recording& recording) { return ScriptReader().read(recording.reader()); }

Script without(const Script& script, const std::vector<bool>& is_out) {
  Script rest = script;
  std::erase_if(rest.arrivals,
                [&](const Arrival& arrival) { return arrival.part != 0 && is_out[arrival.part]; });
  return rest;
}

}  // namespace rill::record
