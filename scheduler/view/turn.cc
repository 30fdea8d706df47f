// See turn.h.
#include "scheduler/view/turn.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "scheduler/view/names.h"
#include "scheduler/view/phrases.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

constexpr std::size_t kMostBetween = 5;  // deeds, or tasks, of one span

/// The object or connection that an event is about, by name; or "".
std::string touches(const Record& event) {
  switch (event.kind) {
    case Kind::sync:
    case Kind::block:
      return event.object;
    case Kind::send:
    case Kind::recv:
    case Kind::shutdown:
    case Kind::close:
      return event.conn == 0 ? "" : name_of_connection(event.conn);
    default:
      return "";
  }
}

std::string number(const Record& event) { return "#" + std::to_string(event.n); }

/// What others did in a span.
struct Others {
  std::vector<std::size_t> deeds;
  std::vector<std::size_t> ran;  ///< the last steps of those that did none
};

/// One task's own events, and what others did meanwhile.
class OneTask {
 public:
  OneTask(const Model& model, const Task& task) : model_(model), task_(task) {}

  /// The last of its events of one kind in [from, to], or kNone; of a wake it is the target.
  std::size_t last(Kind kind, std::size_t from, std::size_t to) const {
    auto after = std::upper_bound(task_.events.begin(), task_.events.end(), to);
    while (after != task_.events.begin() && *std::prev(after) >= from) {
      const Record& event = model_.event(*--after);
      const std::string& whose = kind == Kind::wake ? event.target : event.task;
      if (event.kind == kind && whose == task_.name) return *after;
    }
    return kNone;
  }

  /// The last thing that it did itself before a step that is not its first.
  std::size_t last_before(std::size_t step) const {
    auto at = std::lower_bound(task_.events.begin(), task_.events.end(), step);
    do --at;
    while (model_.event(*at).task != task_.name);
    return *at;
  }

  /// Where a step ends: at the next.
  std::size_t end_of(std::size_t step) const {
    auto at = std::upper_bound(task_.events.begin(), task_.events.end(), step);
    for (; at != task_.events.end(); ++at) {
      const Record& event = model_.event(*at);
      if (event.kind == Kind::step && event.task == task_.name) return *at - 1;
    }
    return model_.events() - 1;
  }

  /// Notes down what it touches in [from, to].
  void touch(std::size_t from, std::size_t to) {
    auto at = std::lower_bound(task_.events.begin(), task_.events.end(), from);
    for (; at != task_.events.end() && *at <= to; ++at) {
      const Record& event = model_.event(*at);
      if (event.task == task_.name && !touches(event).empty()) touched_.insert(touches(event));
    }
  }

  /// In (from, to): what others but for `waker` did to that, and who ran.
  Others others(std::size_t from, std::size_t to, std::string_view waker = "") const {
    Others others;
    std::map<std::string_view, std::size_t> steps;  // the last of each
    for (std::size_t i = from + 1; i < to; ++i) {
      const Record& event = model_.event(i);
      if (event.task.empty() || event.task == task_.name || event.task == waker) continue;
      if (event.kind == Kind::step && event.host == task_.host) steps[event.task] = i;
      const bool is_elsewhere = event.conn != 0 && event.host != task_.host;
      if (event.kind == Kind::block || is_elsewhere) continue;
      if (touched_.contains(touches(event))) others.deeds.push_back(i);
    }
    for (const std::size_t deed : others.deeds) steps.erase(model_.event(deed).task);
    for (const auto& [task, step] : steps) others.ran.push_back(step);
    std::sort(others.ran.begin(), others.ran.end());
    return others;
  }

 private:
  const Model& model_;
  const Task& task_;
  std::set<std::string> touched_;
};

void tell(const Model& model, const std::string& when, const Others& others,
          std::vector<std::string>& sentences) {
  const auto last_of = [](const std::vector<std::size_t>& all) {
    return all.size() - std::min(all.size(), kMostBetween);
  };
  for (std::size_t k = last_of(others.deeds); k < others.deeds.size(); ++k) {
    const std::size_t i = others.deeds[k];
    sentences.push_back(when + ": " + number(model.event(i)) + " " + model.event(i).task + " " +
                        one_line(describe(model, i)));
  }
  if (const std::size_t more = last_of(others.deeds); more > 0) {
    sentences.push_back(when + ": " + std::to_string(more) + " more such deeds before");
  }
  if (others.ran.empty()) return;
  std::string ran;
  const std::size_t more = last_of(others.ran);
  for (std::size_t k = more; k < others.ran.size(); ++k) {
    const Record& step = model.event(others.ran[k]);
    ran += (ran.empty() ? "" : ", ") + step.task + " (" + number(step) +
           (step.at.empty() ? "" : " at " + step.at) + ")";
  }
  sentences.push_back(when + (others.deeds.empty() ? "" : " also") + " ran: " + ran +
                      (more > 0 ? " and " + counted(more, "other") : ""));
}

std::string who_woke(const Model& model, const Record& wake) {
  if (!wake.task.empty()) return wake.task;
  if (wake.why != "task") return wake.why == "timer" ? "its timer" : "the network";
  const std::size_t cause = model.place_of(wake.cause);  // a task that was joined, or killed
  const std::string ended = cause == kNone ? std::string() : model.event(cause).target;
  return "the end of " + (ended.empty() ? "a task" : ended);
}

std::vector<std::string> after_giving_way(const Model& model, const Task& task, const OneTask& own,
                                          std::size_t step) {
  const std::size_t last = own.last_before(step);
  std::vector<std::string> sentences = {task.name + " gave way after " + number(model.event(last)) +
                                        ", and runs again since " + number(model.event(step)) +
                                        "."};
  tell(model, "Meanwhile", own.others(last, step), sentences);
  return sentences;
}

std::vector<std::string> after_a_wait(const Model& model, const Task& task, const OneTask& own,
                                      std::size_t wait, std::size_t step) {
  const Record& block = model.event(wait);
  const std::string for_what =
      block.object.empty() ? one_line(wait_text(model, wait)) : block.object;
  const std::size_t wake = own.last(Kind::wake, wait, step - 1);
  std::string woken;
  if (wake != kNone) {
    woken =
        ", was woken in " + number(model.event(wake)) + " by " + who_woke(model, model.event(wake));
  }
  std::vector<std::string> sentences = {task.name + " waited from " + number(block) +
                                        " on: " + for_what + woken + ", and runs since " +
                                        number(model.event(step)) + "."};
  if (wake != kNone) tell(model, "Between wake and step", own.others(wake, step), sentences);
  const std::string waker = wake == kNone ? "" : model.event(wake).task;
  tell(model, "While it waited", own.others(wait, wake == kNone ? step : wake, waker), sentences);
  return sentences;
}

}  // namespace

std::vector<std::string> turn(const Model& model, std::size_t i) {
  const Record& event = model.event(i);
  std::size_t at = i;
  if (event.kind == Kind::property && event.task.empty() && event.cause != 0) {
    const std::size_t step = model.place_of(event.cause);
    if (step != kNone) at = step;
  }
  const Record& own_event = model.event(at);
  const bool ends = own_event.kind == Kind::finish || own_event.kind == Kind::fail;
  const Task* const task =
      model.find_task(own_event.task.empty() && ends ? own_event.target : own_event.task);
  if (task == nullptr) return {};
  OneTask own(model, *task);
  const std::size_t step = own.last(Kind::step, 0, at);
  if (step == kNone || step == 0) return {};
  const std::size_t before = own.last(Kind::step, 0, step - 1);
  if (before == kNone) return {};
  own.touch(before, step - 1);
  own.touch(step, own.end_of(step));
  const std::size_t wait = own.last(Kind::block, before, step - 1);
  std::vector<std::string> sentences = wait == kNone ? after_giving_way(model, *task, own, step)
                                                     : after_a_wait(model, *task, own, wait, step);
  return sentences.size() > 1 ? sentences : std::vector<std::string>();
}

}  // namespace rill::view
