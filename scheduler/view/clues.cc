// See clues.h.
#include "scheduler/view/clues.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <queue>
#include <string_view>
#include <utility>

#include "scheduler/print/print.h"
#include "scheduler/view/phrases.h"
#include "scheduler/view/rounds.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

// Where more return at once, or are cut short, that is how the program is.
constexpr std::size_t kMostAlike = 3;

/// The last block of each task that does nothing of its own will any more.
std::set<std::size_t> stuck_blocks(const Model& model) {
  std::set<std::size_t> stuck;
  for (const Task& task : model.tasks()) {
    if (task.state.empty()) continue;
    std::size_t last = task.state.size() - 1;
    if (last > 0 && task.state[last] == State::killed) --last;
    const State state = task.state[last];
    if (state == State::network || state == State::timer || state == State::task) {
      stuck.insert(task.at[last]);
    }
  }
  return stuck;
}

std::string put_by(const Model& model, std::size_t put) {
  if (put == kNone || model.event(put).task.empty()) return "";
  return ", the last of them put by " + model.event(put).task + " in #" +
         std::to_string(model.event(put).n);
}

/// What was done to channels, semaphores and events, and where tasks go round. Of `last`, which has
/// names of objects, each gets what was done to it last.
std::vector<Clue> telling_deeds(const Model& model, std::map<std::string_view, std::size_t>& last) {
  std::vector<Clue> clues;
  Rounds rounds;
  std::map<std::string_view, std::size_t> set_in_vain;
  std::map<std::string_view, std::size_t> inside;
  for (std::size_t i = 0; i < model.events(); ++i) {
    const Record& event = model.event(i);
    if (event.kind == Kind::run_fails) break;  // what comes now is only the unwinding
    rounds.see(event, i);
    if (event.did == "set" && model.let_go_by(event.n).empty()) {
      set_in_vain.try_emplace(event.object, i);
    } else if (event.kind == Kind::block || event.did == "pass") {
      set_in_vain.erase(event.object);
    }
    if (event.kind != Kind::sync) continue;
    if (event.did == "put") inside[event.object] = i;
    if (event.did == "destroy") {
      if (event.count > 0 && event.object.starts_with("channel")) {
        const auto put = inside.find(event.object);
        clues.push_back(
            {i, ClueRank::lost, put_by(model, put == inside.end() ? kNone : put->second), kNone});
      }
    } else if (const auto found = last.find(event.object); found != last.end()) {
      found->second = i;
    }
  }
  for (const Rounds::LeftOut& left_out : rounds.left_out()) {
    clues.push_back({left_out.i, ClueRank::left_out,
                     ", and leaves out " + left_out.place + ", which came before it in " +
                         std::to_string(left_out.rounds) + " rounds",
                     kNone});
  }
  for (const auto& [object, deed] : set_in_vain) {
    clues.push_back({deed, ClueRank::set_in_vain, "", kNone});
  }
  return clues;
}

/// Whether it did more than one step with nothing in it that a trace tells.
bool has_done_something(const Model& model, const Task& task) {
  std::size_t steps = 0;
  for (const std::size_t i : task.events) {
    const Record& event = model.event(i);
    if (event.task != task.name || event.kind == Kind::wake || event.kind == Kind::decide) continue;
    if (event.kind != Kind::step || ++steps > 1) return true;
  }
  return false;
}

/// Tasks of one host and one name, by their places.
struct Kin {
  std::vector<std::size_t> busy;
  std::vector<std::size_t> idle;  ///< they returned, and did nothing
};

/// For each of the idle the first of the busy that is there when it returns. One pass through both,
/// since who has ended is there no more.
void find_peers(const std::vector<Task>& tasks, Kin kin, std::vector<std::size_t>& peers) {
  std::ranges::sort(kin.busy, {}, [&](std::size_t one) { return tasks[one].at.front(); });
  std::ranges::sort(kin.idle, {}, [&](std::size_t one) { return tasks[one].at.back(); });
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> there;
  auto next = kin.busy.begin();
  for (const std::size_t idle : kin.idle) {
    const std::size_t end = tasks[idle].at.back();
    for (; next != kin.busy.end() && tasks[*next].at.front() < end; ++next) there.push(*next);
    const auto is_over = [&](const Task& task) { return task.has_ended() && task.at.back() < end; };
    while (!there.empty() && is_over(tasks[there.top()])) there.pop();
    if (!there.empty()) peers[idle] = there.top();
  }
}

/// Tasks that return in their first step, and did nothing in it that a trace tells: above all where
/// another of the same name goes on.
std::vector<Clue> idlers(const Model& model) {
  const std::vector<Task>& tasks = model.tasks();
  std::map<std::pair<std::string_view, std::string_view>, Kin> kin;
  std::vector<std::size_t> idle;
  for (std::size_t place = 0; place < tasks.size(); ++place) {
    const Task& task = tasks[place];
    if (task.at.empty()) continue;
    Kin& own = kin[{task.host, plain_name(task.name)}];
    if (has_done_something(model, task)) {
      own.busy.push_back(place);
    } else if (task.state.back() == State::finished) {
      own.idle.push_back(place);
      idle.push_back(place);
    }
  }
  std::vector<std::size_t> peers(tasks.size(), kNone);
  for (auto& [name, own] : kin) find_peers(tasks, std::move(own), peers);
  std::vector<Clue> found;
  for (const std::size_t place : idle) {
    const std::size_t end = tasks[place].at.back();
    const Task* const peer = peers[place] == kNone ? nullptr : &tasks[peers[place]];
    std::string more = ", in its first step";
    if (peer != nullptr) {
      more += "; " + peer->name + ", of the same name, goes on";
      if (peer->has_ended()) {
        const std::uint64_t ns = model.event(peer->at.back()).t_ns - model.event(end).t_ns;
        more += " for " + print::milliseconds(ns) + " ms";
      }
    }
    found.push_back({end, peer != nullptr ? ClueRank::did_nothing : ClueRank::did_nothing_alone,
                     std::move(more), kNone});
  }
  if (found.size() <= kMostAlike) return found;
  std::erase_if(found, [](const Clue& clue) { return clue.rank != ClueRank::did_nothing; });
  if (found.size() > kMostAlike) found.resize(kMostAlike);
  return found;
}

/// What a task waits for after event i, or did wait for if it was woken and has not run since.
std::size_t unended_wait(const Model& model, const Task& task, std::size_t i) {
  const auto after = std::upper_bound(task.at.begin(), task.at.end(), i);
  if (after == task.at.begin()) return kNone;
  const std::size_t since = *std::prev(after);
  const auto place = static_cast<std::size_t>(std::prev(after) - task.at.begin());
  const bool is_woken = task.state[place] == State::ready && since > 0;
  return model.wait_at(task, is_woken ? since - 1 : i);
}

/// Waits that a kill or a timeout cuts short before event `end`, and the run goes on.
std::vector<Clue> cut_short(const Model& model, std::size_t end) {
  std::vector<Clue> found;
  for (std::size_t i = 1; i < end; ++i) {
    const Record& event = model.event(i);
    const bool is_kill = event.kind == Kind::kill && event.text != "the run ends";
    if (!is_kill && event.kind != Kind::time_out) continue;
    const Task* const task = model.find_task(event.target);
    const std::size_t at = task == nullptr ? kNone : unended_wait(model, *task, i - 1);
    if (at == kNone) continue;
    const Record& wait = model.event(at);
    if (wait.on == "accept" || wait.on == "signal") continue;  // a server without work
    std::string text = one_line(wait_text(model, at));
    if (!wait.object.empty()) text += " (" + wait.object + ")";
    found.push_back(
        {i, ClueRank::cut_short, "; it waited since #" + std::to_string(wait.n) + ": " + text, at});
  }
  return found.size() <= kMostAlike ? found : std::vector<Clue>();
}

/// Of more than a few of one kind in one line only the first, with how many there are.
std::vector<Clue> without_repeats(const Model& model, const std::vector<Clue>& clues) {
  std::map<std::pair<ClueRank, std::string_view>, std::vector<std::size_t>> alike;
  for (const Clue& clue : clues) alike[{clue.rank, model.event(clue.i).at}].push_back(clue.i);
  std::vector<Clue> kept;
  for (const Clue& clue : clues) {
    const std::vector<std::size_t>& all = alike[{clue.rank, model.event(clue.i).at}];
    if (all.size() > kMostAlike && clue.i != all.front()) continue;
    kept.push_back(clue);
    if (all.size() <= kMostAlike) continue;
    kept.back().more += ", and " + std::to_string(all.size() - 1) + " more times in this line";
  }
  return kept;
}

}  // namespace

Telling find_telling(const Model& model) {
  Telling telling{stuck_blocks(model), {}};
  std::map<std::string_view, std::size_t> last;
  for (const std::size_t block : telling.events) {
    if (!model.event(block).object.empty()) last[model.event(block).object] = kNone;
  }
  telling.deeds = telling_deeds(model, last);
  for (const Clue& clue : telling.deeds) telling.events.insert(clue.i);
  for (const auto& [object, deed] : last) {
    if (deed != kNone) telling.events.insert(deed);
  }
  return telling;
}

std::vector<std::size_t> failures(const Model& model) {
  std::vector<std::size_t> fails;
  std::vector<std::size_t> of_tasks;
  for (std::size_t i = 0; i < model.events(); ++i) {
    const Record& event = model.event(i);
    if (event.kind == Kind::run_fails || (event.kind == Kind::property && !event.holds)) {
      fails.push_back(i);
    } else if (event.kind == Kind::fail) {
      of_tasks.push_back(i);
    }
  }
  return fails.empty() ? of_tasks : fails;
}

std::vector<Clue> clues(const Model& model, const Telling& telling,
                        const std::vector<std::size_t>& fails) {
  if (fails.empty()) return {};
  std::vector<Clue> all = telling.deeds;
  std::vector<Clue> idle = idlers(model);
  std::move(idle.begin(), idle.end(), std::back_inserter(all));
  std::vector<Clue> cut = cut_short(model, fails.front());
  std::move(cut.begin(), cut.end(), std::back_inserter(all));
  std::erase_if(all, [&](const Clue& clue) { return clue.i >= fails.back(); });
  std::sort(all.begin(), all.end(), [](const Clue& a, const Clue& b) {
    return std::pair(a.rank, a.i) < std::pair(b.rank, b.i);
  });
  return without_repeats(model, all);
}

}  // namespace rill::view
