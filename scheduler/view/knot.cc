// See knot.h.
#include "scheduler/view/knot.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "scheduler/view/phrases.h"
#include "scheduler/view/wait_reasons.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kMostInTitle = 8;
constexpr std::size_t kMostRings = 10;  // with a title each

struct Waiting {
  std::string name;
  std::size_t wait;
  const WaitReason* reason;
  std::vector<std::size_t> on;      ///< places of those it waits for, of those that wait too
  std::vector<std::size_t> for_it;  ///< and of those that wait for it
};

struct Core {
  std::vector<std::size_t> members;
  bool is_ring;
  bool is_silent;  ///< each waits for the next to send, as they do when something else is wrong
  std::vector<std::size_t> held_up;  ///< who waits for them, or for who does, the nearest first
};

std::vector<Waiting> all_waiting(WaitReasons& reasons) {
  std::vector<Waiting> waiting;
  std::map<std::string_view, std::size_t> places;
  for (const auto& [task, wait] : reasons.waits()) {
    places[task->name] = waiting.size();
    waiting.push_back({task->name, wait, &reasons.of(*task, wait), {}, {}});
  }
  for (std::size_t place = 0; place < waiting.size(); ++place) {
    for (const std::string& name : waiting[place].reason->on) {
      const std::size_t other = places.at(name);
      waiting[place].on.push_back(other);
      waiting[other].for_it.push_back(place);
    }
  }
  return waiting;
}

/// Rings of tasks that wait each for the next, no task in two of them: a search along each wait
/// once, whose path back to a task on it is a ring.
std::vector<Core> rings(const std::vector<Waiting>& waiting) {
  constexpr std::size_t kUnseen = SIZE_MAX, kDone = SIZE_MAX - 1;
  std::vector<std::size_t> on_path(waiting.size(), kUnseen);  // where, of those that are
  std::vector<Core> rings;
  struct Visit {
    std::size_t place;
    std::size_t free_from;  ///< on the path from there up to here, nobody is in a ring yet
    std::size_t next = 0;
  };
  for (std::size_t start = 0; start < waiting.size(); ++start) {
    if (on_path[start] != kUnseen) continue;
    std::vector<Visit> path = {{start, 0}};
    on_path[start] = 0;
    while (!path.empty()) {
      Visit& top = path.back();
      if (top.next == waiting[top.place].on.size()) {
        on_path[top.place] = kDone;
        path.pop_back();
        continue;
      }
      const std::size_t target = waiting[top.place].on[top.next++];
      if (on_path[target] == kUnseen) {
        on_path[target] = path.size();
        path.push_back({target, top.free_from});
      } else if (on_path[target] != kDone && on_path[target] >= top.free_from) {
        Core ring{{}, true, false, {}};
        for (std::size_t at = on_path[target]; at < path.size(); ++at) {
          ring.members.push_back(path[at].place);
          path[at].free_from = at + 1;
        }
        rings.push_back(std::move(ring));
      }
    }
  }
  return rings;
}

/// All who wait for one of these, or for who does, the nearest first.
std::vector<std::size_t> held_up_by(const std::vector<Waiting>& waiting,
                                    const std::vector<std::size_t>& members) {
  std::set<std::size_t> seen(members.begin(), members.end());
  std::vector<std::size_t> queue = members;
  for (std::size_t place = 0; place < queue.size(); ++place) {
    for (const std::size_t other : waiting[queue[place]].for_it) {
      if (seen.insert(other).second) queue.push_back(other);
    }
  }
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(members.size()));
  return queue;
}

std::vector<Core> cores_of(const Model& model, const std::vector<Waiting>& waiting) {
  std::vector<Core> cores = rings(waiting);
  for (Core& ring : cores) {
    ring.is_silent = ring.members.size() > 1 &&
                     std::all_of(ring.members.begin(), ring.members.end(), [&](std::size_t place) {
                       return model.event(waiting[place].wait).on == "recv";
                     });
  }
  for (std::size_t place = 0; place < waiting.size(); ++place) {
    if (waiting[place].on.empty() && !waiting[place].reason->is_idle) {
      cores.push_back({{place}, false, false, {}});
    }
  }
  for (Core& core : cores) core.held_up = held_up_by(waiting, core.members);
  std::stable_sort(cores.begin(), cores.end(), [](const Core& a, const Core& b) {
    return a.is_silent != b.is_silent ? b.is_silent : a.held_up.size() > b.held_up.size();
  });
  return cores;
}

std::string title_of(const std::vector<Waiting>& waiting, const Core& core) {
  if (!core.is_ring) return "Nobody ends these waits";
  if (core.members.size() == 1) {
    const bool is_alone = waiting[core.members.front()].on.size() == 1;
    return is_alone ? "It waits for itself" : "Each could end its own wait, or another's";
  }
  std::string title = core.is_silent ? "Each waits for the other to send: " : "A ring: ";
  const std::size_t size = core.members.size();
  const bool is_long = size > kMostInTitle;
  for (std::size_t k = 0; k < (is_long ? kMostInTitle : size); ++k) {
    title += waiting[core.members[k]].name + " → ";
  }
  title += (is_long ? "… → " : "") + waiting[core.members.front()].name;
  return is_long ? title + " (" + counted(size, "task") + ")" : title;
}

/// Says each wait once, and those that are alike in one line.
class Teller {
 public:
  Teller(const Model& model, const std::vector<Waiting>& waiting)
      : model_(model), waiting_(waiting) {}

  void say(const std::string& title, const std::vector<std::size_t>& places) {
    if (parts_.empty() || parts_.back().title != title) {
      parts_.push_back({title, {}});
      line_of_.clear();
    }
    std::vector<Line>& lines = parts_.back().lines;
    for (const std::size_t place : places) {
      if (!said_.insert(place).second) continue;
      const Waiting& one = waiting_[place];
      const auto [line, is_new] =
          line_of_.try_emplace({one.reason->text, model_.event(one.wait).at}, lines.size());
      if (is_new) lines.push_back({{}, one.reason->text, one.wait});
      lines[line->second].names.push_back(one.name);
    }
  }

  std::vector<KnotPart> parts() const {
    std::vector<KnotPart> told;
    for (const Part& part : parts_) {
      if (part.lines.empty()) continue;
      told.push_back({part.title, {}});
      for (const Line& line : part.lines) {
        told.back().lines.push_back({some_names(line.names) +
                                         (line.names.size() == 1 ? " waits for " : " wait for ") +
                                         std::string(line.text),
                                     line.wait});
      }
    }
    return told;
  }

 private:
  struct Line {
    Names names;
    std::string_view text;
    std::size_t wait;
  };
  struct Part {
    std::string title;
    std::vector<Line> lines;
  };
  const Model& model_;
  const std::vector<Waiting>& waiting_;
  std::set<std::size_t> said_;
  std::vector<Part> parts_;
  /// In the last part, by its text and its place in the program.
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> line_of_;
};

}  // namespace

std::size_t find_deadlock(const Model& model, const std::vector<std::size_t>& fails) {
  const auto found = std::find_if(fails.begin(), fails.end(), [&](std::size_t i) {
    const trace::Record& event = model.event(i);
    return event.kind == trace::Kind::run_fails && event.text.starts_with("the run: deadlock");
  });
  return found == fails.end() ? kNone : *found;
}

std::vector<KnotPart> knot(const Model& model, std::size_t i) {
  WaitReasons reasons(model, i);
  const std::vector<Waiting> waiting = all_waiting(reasons);
  const std::vector<Core> cores = cores_of(model, waiting);
  Teller teller(model, waiting);
  std::size_t rings = 0;
  for (const Core& core : cores) {
    const bool has_title = core.members.size() == 1 || ++rings <= kMostRings;
    teller.say(has_title ? title_of(waiting, core) : "More rings", core.members);
  }
  for (const Core& core : cores) teller.say("They wait for these", core.held_up);
  std::vector<std::size_t> idle;
  for (std::size_t place = 0; place < waiting.size(); ++place) {
    if (waiting[place].reason->is_idle) idle.push_back(place);
  }
  teller.say("Without work", idle);
  return teller.parts();
}

}  // namespace rill::view
