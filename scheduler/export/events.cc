// The verbs. See events.h.
#include "scheduler/export/events.h"

#include <map>
#include <set>
#include <tuple>

#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

using trace::Kind;
using trace::Record;

std::string moved(const std::string& verb, const Record& record) {
  std::string text =
      verb + " " + std::to_string(record.bytes) + (record.bytes == 1 ? " byte" : " bytes");
  return record.data.empty() ? text : text + " " + print::quoted(record.data, kShort);
}

std::string with_text(const std::string& what, const Record& record) {
  return record.text.empty() ? what : what + ": " + one_line(record.text);
}

bool is_end_of_task(Kind kind) {
  return kind == Kind::finish || kind == Kind::fail || kind == Kind::kill || kind == Kind::time_out;
}

/// What a task asks for, and gets while it waits.
bool is_answer(Kind kind) {
  return kind == Kind::established || kind == Kind::accept || kind == Kind::send ||
         kind == Kind::recv || kind == Kind::resolve || kind == Kind::signal;
}

/// What happens to a task: to itself, unless another one does it.
std::string to_task(const std::string& verb, const Record& record) {
  const bool is_itself = record.task.empty() || record.task == record.target;
  return with_text(is_itself ? verb : verb + " " + one_line(record.target), record);
}

}  // namespace

std::vector<std::string> tasks_of(const trace::Log& log) {
  std::map<std::uint64_t, const std::string*> woken;  // by the event that did it
  for (const Record& record : log.records) {
    if (record.kind == Kind::wake && record.cause != 0) woken.emplace(record.cause, &record.target);
  }
  std::map<std::tuple<std::uint64_t, trace::End, std::string_view>, const std::string*> waiting;
  std::vector<std::string> tasks;
  for (const Record& record : log.records) {
    std::string task = record.task;
    const bool is_of_target = is_end_of_task(record.kind) || record.kind == Kind::wake;
    if (task.empty() && is_of_target) task = record.target;
    if (task.empty() && is_answer(record.kind)) {
      const auto waiter =
          waiting.find({record.conn, record.end, to_string(record.kind)});  // a part of a sendall
      if (const auto found = woken.find(record.n); found != woken.end()) {
        task = *found->second;
      } else if (waiter != waiting.end()) {
        task = *waiter->second;
      }
    }
    if (record.kind == Kind::block && record.conn != 0) {
      waiting[{record.conn, record.end, record.on}] = &record.task;
    }
    tasks.push_back(std::move(task));
  }
  return tasks;
}

std::string lane_of(const Record& record, const std::string& task) {
  if (!task.empty()) return task;
  return record.host.empty() ? "network" : "net@" + record.host;
}

bool is_told(Kind kind) {
  switch (kind) {
    case Kind::host:
    case Kind::step:
    case Kind::block:
    case Kind::wake:
    case Kind::decide:
    case Kind::segment:
    case Kind::deliver:
    case Kind::end:
      return false;
    default:
      return true;
  }
}

std::vector<std::uint32_t> told_events(const trace::Log& log) {
  std::map<std::string, std::uint32_t> waits;
  for (std::uint32_t i = 0; i < log.records.size(); ++i) {
    const Record& record = log.records[i];
    if (record.kind == Kind::block) {
      waits[record.task] = i;
    } else if (record.kind == Kind::step) {
      waits.erase(record.task);
    } else if (!record.target.empty()) {  // woken, or ended
      waits.erase(record.target);
    }
  }
  std::set<std::uint32_t> last_waits;
  for (const auto& [task, event] : waits) last_waits.insert(event);
  std::vector<std::uint32_t> events;
  for (std::uint32_t i = 0; i < log.records.size(); ++i) {
    if (is_told(log.records[i].kind) || last_waits.count(i) > 0) events.push_back(i);
  }
  return events;
}

std::string told_deed(const Record& record) {
  const std::string object = one_line(record.object);
  const std::string& did = record.did;
  const std::string of = record.of > 0 ? " of " + std::to_string(record.of) : "";
  const std::string in_it =
      record.of > 0 ? ", " + std::to_string(record.count) + of + " in it" : std::string();
  const std::string free = ", " + std::to_string(record.count) + " free";
  if (did == "put") return "puts a value into " + object + in_it;
  if (did == "offer") {
    return "has a value for " + object +
           (record.of > 0 ? ", which is full" + in_it : ", which nobody takes yet");
  }
  if (did == "take") return "takes a value from " + object + in_it;
  if (did == "put_back") return "loses a value of " + object + " before its turn" + in_it;
  if (did == "find_end") return "finds " + object + " closed and empty";
  if (did == "refuse") return "finds " + object + " closed, which refuses its value";
  if (did == "close") return "closes " + object + in_it;
  if (did == "acquire") return "acquires " + object + free;
  if (did == "release") return "releases " + object + free;
  if (did == "give_back") return "loses a permit of " + object + " before its turn" + free;
  if (did == "set") return "sets " + object;
  if (did == "clear") return "clears " + object;
  if (did == "pass") return "finds " + object + " set";
  if (did == "destroy") {
    const bool loses = object.starts_with("channel") && record.count > 0;
    return "destroys " + object +
           (loses ? " with " + std::to_string(record.count) + of + " in it" : "");
  }
  return one_line(did) + " " + object;
}

std::string told(const Record& record) {
  switch (record.kind) {
    case Kind::spawn:
      return "spawns " + one_line(record.target);
    case Kind::block:
      return "waits for " + one_line(record.text.empty() ? record.on : record.text);
    case Kind::wake:
      return "wakes " + one_line(record.target);
    case Kind::finish:
      return to_task("finishes", record);
    case Kind::fail:
      return to_task("fails", record);
    case Kind::kill:
      return to_task(record.task.empty() || record.task == record.target ? "is killed" : "kills",
                     record);
    case Kind::time_out:
      return to_task("times out", record);
    case Kind::sync:
      return told_deed(record);
    case Kind::listen:
      return "listens on port " + std::to_string(record.port);
    case Kind::connect:
      return record.again ? "connects, once more" : "connects";
    case Kind::established:
      return "is connected";
    case Kind::accept:
      return "accepts";
    case Kind::send:
      return moved("sends", record);
    case Kind::segment:
      return moved(record.again ? "sends again" : "a segment leaves,", record);
    case Kind::lost:
      return with_text(moved("loses", record), record);
    case Kind::deliver:
      return moved("gets", record);
    case Kind::recv:
      return moved("receives", record);
    case Kind::shutdown:
      return "ends its side (FIN)";
    case Kind::end_of_stream:
      return "the other side has ended (FIN)";
    case Kind::close:
      return record.conn == 0 && record.socket != 0 ? "stops listening" : "closes";
    case Kind::reset:
      return "is reset (RST)";
    case Kind::refuse:
      return "refuses: nobody listens on port " + std::to_string(record.port);
    case Kind::resolve:
      return "resolves " + one_line(record.name);
    case Kind::signal:
      return "gets signal " + std::to_string(record.signal);
    case Kind::fault:
      return "fault: " + one_line(record.text.empty() ? record.site : record.text);
    case Kind::property:
      return one_line(record.name) + (record.holds ? ": holds" : ": does not hold");
    case Kind::note:
      return one_line(record.text);
    case Kind::run_fails:
      return with_text("the run fails", record);
    case Kind::host:
    case Kind::step:
    case Kind::decide:
    case Kind::end:
      break;
  }
  return std::string(to_string(record.kind));
}

}  // namespace rill::exports
