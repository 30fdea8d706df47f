// See wait_reasons.h.
#include "scheduler/view/wait_reasons.h"

#include <algorithm>

#include "scheduler/view/phrases.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

// Where more could end a wait, it hangs on none of them.
constexpr std::size_t kMostOn = 32;

bool is_for_work(const Record& wait) { return wait.on == "accept" || wait.on == "signal"; }

/// The first number in a text, behind `before`; or "".
std::string_view number_in(std::string_view text, std::string_view before) {
  for (std::size_t at = 0; at + before.size() < text.size(); ++at) {
    if (!text.substr(at).starts_with(before)) continue;
    const std::string_view rest = text.substr(at + before.size());
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (end > 0) return rest.substr(0, end);
  }
  return "";
}

std::string or_nobody(const std::string& task) { return task.empty() ? "nobody" : task; }

}  // namespace

WaitReasons::WaitReasons(const Model& model, std::size_t i) : model_(model), i_(i) {
  std::map<std::string_view, std::string_view> spawned_by;
  for (std::size_t k = 0; k < i; ++k) {
    const Record& event = model.event(k);
    if (event.kind == Kind::sync) deeds_[event.object].push_back(k);
    if (event.kind == Kind::spawn) spawned_by[event.target] = event.task;
  }
  for (const Task& task : model.tasks()) {
    const std::size_t wait = i == 0 ? kNone : model.wait_at(task, i - 1);
    if (wait == kNone) continue;
    waits_.emplace_back(&task, wait);
    if (!is_for_work(model.event(wait))) have_work_.insert(task.name);
    const auto spawned = spawned_by.find(task.name);
    if (spawned != spawned_by.end()) waiting_children_[spawned->second].push_back(task.name);
  }
}

bool WaitReasons::has_ended(const Task& task) const {
  return task.has_ended() && task.at.back() < i_;
}

/// The names, and of each whether it has ended.
std::string WaitReasons::told(const Names& names) const {
  Names said;
  for (const std::string& name : names) {
    const Task* const task = model_.find_task(name);
    said.push_back(name + (task != nullptr && has_ended(*task) ? ", which has ended," : ""));
  }
  return some_names(said);
}

/// "into which only a#1 ever put one", or "into which nobody ever put one".
std::string WaitReasons::only(const std::string& where, const Names& names,
                              const std::string& deed) const {
  return where + (names.empty() ? " nobody ever " : " only " + told(names) + " ever ") + deed;
}

const std::vector<std::size_t>& WaitReasons::deeds(const std::string& object) const {
  static const std::vector<std::size_t> kNothing;
  const auto found = deeds_.find(object);
  return found == deeds_.end() ? kNothing : found->second;
}

/// Who did one of these to an object, each once.
WaitReasons::Names WaitReasons::doers(const std::string& object, std::string_view deed,
                                      std::string_view or_deed) const {
  Names names;
  for (const std::size_t i : deeds(object)) {
    const Record& event = model_.event(i);
    const bool is_wanted = event.did == deed || (!or_deed.empty() && event.did == or_deed);
    if (!is_wanted || event.task.empty()) continue;
    if (std::find(names.begin(), names.end(), event.task) == names.end()) {
      names.push_back(event.task);
    }
  }
  return names;
}

/// Who has a permit.
std::vector<WaitReasons::Holder> WaitReasons::holders(const std::string& object) const {
  std::vector<Holder> holders;
  for (const std::size_t i : deeds(object)) {
    const Record& event = model_.event(i);
    if (event.did == "acquire" && !event.task.empty()) holders.push_back({event.task, event.n});
    if (event.did != "release" || holders.empty()) continue;
    // Who gives a permit back need not be who got it; then it is the oldest.
    auto own = std::find_if(holders.begin(), holders.end(),
                            [&](const Holder& holder) { return holder.task == event.task; });
    holders.erase(own == holders.end() ? holders.begin() : own);
  }
  return holders;
}

WaitReason WaitReasons::of_semaphore(const std::string& object) const {
  const std::vector<Holder> held = holders(object);
  if (held.empty()) {
    Names releasers = doers(object, "release", "");
    std::string text = only("a permit of " + object + ", to which", releasers, "gave one back");
    return {std::move(text), std::move(releasers)};
  }
  Names names;
  for (const Holder& holder : held) {
    if (std::find(names.begin(), names.end(), holder.task) == names.end()) {
      names.push_back(holder.task);
    }
  }
  return {"a permit of " + object + ", held by " + told(names) + " since #" +
              std::to_string(held.front().n),
          names};
}

WaitReason WaitReasons::of_channel(const std::string& object, bool is_full) const {
  Names names = is_full ? doers(object, "take", "") : doers(object, "put", "offer");
  std::string text = is_full ? only("room in " + object + ", from which", names, "took a value")
                             : only("a value from " + object + ", into which", names, "put one");
  return {std::move(text), std::move(names)};
}

WaitReason WaitReasons::of_event(const std::string& object) const {
  std::size_t set = kNone;
  std::size_t cleared = kNone;
  for (const std::size_t i : deeds(object)) {
    if (model_.event(i).did == "set") {
      set = i;
      cleared = kNone;
    } else if (model_.event(i).did == "clear" && set != kNone && cleared == kNone) {
      cleared = i;
    }
  }
  if (set == kNone) return {object + ", which nobody ever set", {}};
  const auto by = [&](std::size_t i, const char* what) {
    return or_nobody(model_.event(i).task) + " " + what + " in #" +
           std::to_string(model_.event(i).n);
  };
  return {object + ", which " + by(set, "set last") +
              (cleared == kNone ? "" : ", before " + by(cleared, "cleared it")),
          doers(object, "set", "")};
}

WaitReason WaitReasons::of_connection(const Record& wait) const {
  const Task* const peer = wait.conn == 0 || wait.end == trace::End::none
                               ? nullptr
                               : model_.owner_of(wait.conn, trace::other(wait.end), i_ - 1, false);
  const std::string other = peer == nullptr
                                ? peer_of(model_, wait)
                                : peer->name + (has_ended(*peer) ? ", which has ended" : "");
  return {(wait.on == "recv" ? "bytes from " : "room to send to ") + other,
          peer == nullptr ? Names() : Names{peer->name}};
}

/// Of "join of conn#1#3": the task of this name; else the one with the first number, or "".
std::string WaitReasons::target_of(std::string_view text) const {
  constexpr std::string_view kOf = " of ";
  const std::size_t of = text.find(kOf);
  const Task* const target =
      of == text.npos ? nullptr : model_.find_task(text.substr(of + kOf.size()));
  return target != nullptr ? target->name : std::string(model_.name_of(number_in(text, "#")));
}

/// The tasks of a task's group, where these are all that it spawned and that wait.
WaitReasons::Names WaitReasons::group_of(const Task& task, std::string_view text) const {
  const auto children = waiting_children_.find(task.name);
  if (children == waiting_children_.end()) return {};
  const std::string_view said = number_in(text, "");
  const bool are_all = std::to_string(children->second.size()) == (said.empty() ? "1" : said);
  return are_all ? children->second : Names();
}

const WaitReason& WaitReasons::of(const Task& task, std::size_t wait) {
  const Record& block = model_.event(wait);
  const bool is_shared = !block.object.empty() &&
                         (block.on == "semaphore" || block.on == "channel" || block.on == "event");
  if (!is_shared) return keep(make(task, wait));
  const std::string key = block.on + "/" + block.object + "/" + wait_text(model_, wait);
  const WaitReason*& known = of_objects_[key];
  if (known == nullptr) known = &keep(make(task, wait));
  return *known;
}

const WaitReason& WaitReasons::keep(WaitReason reason) {
  std::erase_if(reason.on, [&](const std::string& name) { return !have_work_.contains(name); });
  if (reason.on.size() > kMostOn) reason.on.resize(kMostOn);
  return made_.emplace_back(std::move(reason));
}

WaitReason WaitReasons::make(const Task& task, std::size_t wait) const {
  const Record& block = model_.event(wait);
  const std::string text = wait_text(model_, wait);
  const bool is_of_object = !block.object.empty();
  if (block.on == "join" || block.on == "kill") {
    const std::string target = target_of(text);
    if (!target.empty()) return {"the end of " + target, {target}};
  } else if (block.on == "group") {
    Names group = group_of(task, text);
    if (!group.empty()) return {"the end of its group: " + some_names(group), group};
  } else if (block.on == "semaphore" && is_of_object) {
    return of_semaphore(block.object);
  } else if (block.on == "channel" && is_of_object) {
    return of_channel(block.object, text.starts_with("room"));
  } else if (block.on == "event" && is_of_object) {
    return of_event(block.object);
  } else if (block.on == "recv" || block.on == "send") {
    return of_connection(block);
  } else if (is_for_work(block)) {
    return {block.on == "accept" ? "somebody to connect" : "a signal", {}, true};
  }
  return {text + (is_of_object ? " (" + block.object + ")" : ""), {}};
}

}  // namespace rill::view
