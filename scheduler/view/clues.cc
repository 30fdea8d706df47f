// See clues.h.
#include "scheduler/view/clues.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "scheduler/print/print.h"
#include "scheduler/view/rounds.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

// Where more do nothing, or are killed, that is how the program is.
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

struct Deeds {
  std::vector<Clue> clues;
  std::vector<std::size_t> last;  ///< to each object for which somebody waits in vain
};

std::string put_by(const Model& model, std::size_t put) {
  if (put == kNone || model.event(put).task.empty()) return "";
  return ", the last of them put by " + model.event(put).task + " in #" +
         std::to_string(model.event(put).n);
}

/// What was done to channels, semaphores and events, and where tasks go round.
Deeds telling_deeds(const Model& model, const std::set<std::size_t>& stuck) {
  std::map<std::string_view, std::size_t> last;
  for (const std::size_t block : stuck) {
    if (!model.event(block).object.empty()) last[model.event(block).object] = kNone;
  }
  Deeds deeds;
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
        deeds.clues.push_back(
            {i, ClueRank::lost, put_by(model, put == inside.end() ? kNone : put->second)});
      }
    } else if (const auto found = last.find(event.object); found != last.end()) {
      found->second = i;
    }
  }
  for (const Rounds::LeftOut& left_out : rounds.left_out()) {
    deeds.clues.push_back({left_out.i, ClueRank::left_out,
                           ", and leaves out " + left_out.place + ", which came before it in " +
                               std::to_string(left_out.rounds) + " rounds"});
  }
  for (const auto& [object, deed] : set_in_vain) {
    deeds.clues.push_back({deed, ClueRank::set_in_vain, ""});
  }
  for (const auto& [object, deed] : last) {
    if (deed != kNone) deeds.last.push_back(deed);
  }
  return deeds;
}

bool has_done_something(const Model& model, const Task& task) {
  return std::any_of(task.events.begin(), task.events.end(), [&](std::size_t i) {
    const Record& event = model.event(i);
    return event.task == task.name && event.kind != Kind::step && event.kind != Kind::wake &&
           event.kind != Kind::decide;
  });
}

/// The first of these that was alive at event i.
const Task* alive_at(const std::vector<const Task*>& tasks, std::size_t i) {
  const auto found = std::find_if(tasks.begin(), tasks.end(), [&](const Task* task) {
    return !task->at.empty() && task->at.front() < i && (!task->has_ended() || task->at.back() > i);
  });
  return found == tasks.end() ? nullptr : *found;
}

/// Tasks that return, and have done nothing: above all where another of the same name has.
std::vector<Clue> idlers(const Model& model) {
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const Task*>> busy;
  for (const Task& task : model.tasks()) {
    if (has_done_something(model, task)) {
      busy[{task.host, plain_name(task.name)}].push_back(&task);
    }
  }
  std::vector<Clue> found;
  for (const Task& task : model.tasks()) {
    if (!task.has_ended() || has_done_something(model, task)) continue;
    const std::size_t end = task.at.back();
    if (model.event(end).kind != Kind::finish) continue;
    const Task* const peer = alive_at(busy[{task.host, plain_name(task.name)}], end);
    std::string more = ", and has done nothing";
    if (peer != nullptr) {
      more += "; " + peer->name + ", of the same name, goes on";
      if (peer->has_ended()) {
        const std::uint64_t ns = model.event(peer->at.back()).t_ns - model.event(end).t_ns;
        more += " for " + print::milliseconds(ns) + " ms";
      }
    }
    found.push_back({end, peer != nullptr ? ClueRank::did_nothing : ClueRank::did_nothing_alone,
                     std::move(more)});
  }
  if (found.size() <= kMostAlike) return found;
  std::erase_if(found, [](const Clue& clue) { return clue.rank != ClueRank::did_nothing; });
  if (found.size() > kMostAlike) found.resize(kMostAlike);
  return found;
}

/// Tasks that are killed before event `end` while they wait, and the run goes on.
std::vector<Clue> killed(const Model& model, std::size_t end) {
  std::vector<Clue> found;
  for (std::size_t i = 1; i < end; ++i) {
    const Record& event = model.event(i);
    if (event.kind != Kind::kill || event.text == "the run ends") continue;
    const Task* const task = model.find_task(event.target);
    const std::size_t at = task == nullptr ? kNone : model.wait_at(*task, i - 1);
    if (at == kNone) continue;
    const Record& wait = model.event(at);
    if (wait.on == "accept" || wait.on == "signal") continue;  // a server without work
    found.push_back({i, ClueRank::killed,
                     "; in #" + std::to_string(wait.n) + " it " + one_line(describe(model, at)) +
                         (wait.at.empty() ? "" : " at " + wait.at)});
  }
  return found.size() <= kMostAlike ? found : std::vector<Clue>();
}

/// Names of tasks and objects in a text: "reader#2", "channel#1".
std::vector<std::string> names_in(const std::string& text) {
  const auto separates = [](char c) {
    return (static_cast<unsigned char>(c) <= ' ') ||
           std::string_view("\"'(),;:").find(c) != std::string_view::npos;
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !separates(text[end])) ++end;
    std::size_t sharp = end;  // of the last number in this word
    while (sharp > begin && !(text[sharp - 1] == '#' && sharp < end && is_digit(text[sharp]))) {
      --sharp;
    }
    if (sharp <= begin + 1) {
      begin = end + 1;
      continue;
    }
    while (sharp < end && is_digit(text[sharp])) ++sharp;
    names.push_back(text.substr(begin, sharp - begin));
    begin = sharp;
  }
  return names;
}

/// The last event before a verdict about a task or an object that it names, and the name.
std::pair<std::size_t, std::string> last_of_named(const Model& model, std::size_t verdict) {
  const Record& property = model.event(verdict);
  for (const std::string& name : names_in(property.name + " " + property.text)) {
    for (std::size_t i = verdict; i-- > 0;) {
      const Record& event = model.event(i);
      const bool is_about = event.task == name || event.target == name || event.object == name;
      // Not how it ends: that is no deed of its own.
      const bool is_end =
          event.kind == Kind::finish || event.kind == Kind::kill || event.did == "destroy";
      if (is_about && !is_end) return {i, name};
    }
  }
  return {kNone, ""};
}

}  // namespace

std::set<std::size_t> telling_events(const Model& model) {
  std::set<std::size_t> telling = stuck_blocks(model);
  const Deeds deeds = telling_deeds(model, telling);
  for (const Clue& clue : deeds.clues) telling.insert(clue.i);
  telling.insert(deeds.last.begin(), deeds.last.end());
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

std::vector<Clue> clues(const Model& model) {
  const std::vector<std::size_t> fails = failures(model);
  if (fails.empty()) return {};
  std::vector<Clue> all = telling_deeds(model, {}).clues;
  std::vector<Clue> idle = idlers(model);
  std::move(idle.begin(), idle.end(), std::back_inserter(all));
  std::vector<Clue> cut_off = killed(model, fails.front());
  std::move(cut_off.begin(), cut_off.end(), std::back_inserter(all));
  std::erase_if(all, [&](const Clue& clue) { return clue.i >= fails.back(); });
  std::sort(all.begin(), all.end(), [](const Clue& a, const Clue& b) {
    return std::pair(a.rank, a.i) < std::pair(b.rank, b.i);
  });
  return all;
}

std::optional<Opening> opening(const Model& model) {
  const std::vector<std::size_t> fails = failures(model);
  if (fails.empty()) return std::nullopt;
  const Record& verdict = model.event(fails.front());
  const bool is_of_whole_run =
      verdict.kind == Kind::property && verdict.task.empty() && verdict.cause == 0;
  if (!is_of_whole_run) return Opening{fails.front(), ""};
  const std::string asked = "Asked of the run as a whole, in #" + std::to_string(verdict.n) +
                            ", where nothing of it is to be seen. ";
  if (const auto [i, name] = last_of_named(model, fails.front()); i != kNone) {
    return Opening{
        i, asked + "The page opens at the last event of " + name + ", which the verdict names."};
  }
  const std::vector<Clue> found = clues(model);
  if (!found.empty() && found.front().rank < ClueRank::did_nothing_alone) {
    return Opening{found.front().i,
                   asked + "The page opens at the first thing that is worth a look."};
  }
  return Opening{fails.front(), ""};
}

}  // namespace rill::view
