// Reports about tasks: the deadlock report and the task table. See deadlock.h.
#include "scheduler/deadlock.h"

#include <algorithm>

#include "scheduler/scheduler.h"

namespace rill {
namespace {

/// The place of a task among `tasks`, which are in the order of id; their number if it is not
/// there.
std::size_t place_of(const std::vector<BlockedTask>& tasks, TaskId id) {
  const auto found = std::lower_bound(tasks.begin(), tasks.end(), id,
                                      [](const BlockedTask& t, TaskId i) { return t.id < i; });
  const bool is_there = found != tasks.end() && found->id == id;
  return static_cast<std::size_t>((is_there ? found : tasks.end()) - tasks.begin());
}

enum class Edges : std::uint8_t { known, known_and_hints };

/// Whom `task` waits for.
std::vector<TaskId> edges_of(const BlockedTask& task, Edges edges) {
  const bool has_hint = edges == Edges::known_and_hints && task.hint.by != 0;
  if (!has_hint || task.hint.by == task.id) return task.waits_for_tasks;
  return {task.hint.by};  // a wait has one of them only
}

/// A ring in the wait-for graph, by a depth-first search from each task in the order of id, so that
/// the answer is stable.
std::vector<TaskId> find_cycle(const std::vector<BlockedTask>& tasks, Edges kind) {
  enum class Mark : std::uint8_t { unseen, on_path, done };
  std::vector<Mark> marks(tasks.size(), Mark::unseen);
  struct Visit {
    std::size_t place;
    std::vector<TaskId> edges;
    std::size_t next_edge = 0;
  };
  for (std::size_t start = 0; start < tasks.size(); ++start) {
    if (marks[start] != Mark::unseen) continue;
    std::vector<Visit> path;
    path.push_back({start, edges_of(tasks[start], kind)});
    marks[start] = Mark::on_path;
    while (!path.empty()) {
      Visit& top = path.back();
      if (top.next_edge == top.edges.size()) {
        marks[top.place] = Mark::done;
        path.pop_back();
        continue;
      }
      const std::size_t target = place_of(tasks, top.edges[top.next_edge++]);
      if (target == tasks.size() || marks[target] == Mark::done) continue;
      if (marks[target] == Mark::unseen) {
        marks[target] = Mark::on_path;
        path.push_back({target, edges_of(tasks[target], kind)});
        continue;
      }
      std::vector<TaskId> cycle;
      for (auto visit = path.rbegin();; ++visit) {
        cycle.push_back(tasks[visit->place].id);
        if (visit->place == target) break;
      }
      std::reverse(cycle.begin(), cycle.end());
      std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
      return cycle;
    }
  }
  return {};
}

constexpr std::size_t kMostTasksInText = 200;  // more are a count; Deadlock::tasks() has them all

/// "... and 9800 more tasks"
std::string rest_of(std::size_t count) {
  if (count <= kMostTasksInText) return "";
  return "  ... and " + std::to_string(count - kMostTasksInText) + " more tasks\n";
}

/// "#3 'bob'", or "#3, which has ended".
std::string label(const std::vector<BlockedTask>& tasks, TaskId id) {
  const std::size_t place = place_of(tasks, id);
  const std::string number = "#" + std::to_string(id);
  return place == tasks.size() ? number + ", which has ended,"
                               : number + " '" + tasks[place].name + "'";
}

/// Who could end the wait: ", so for #3 'bob'", or a hint; nothing where the text says it already.
std::string ways_out(const std::vector<BlockedTask>& tasks, const BlockedTask& task) {
  constexpr std::size_t kMostNames = 4;
  const std::vector<TaskId>& on = task.waits_for_tasks;
  if (!on.empty()) {
    const std::string first = label(tasks, on.front());
    if (task.waits_for.find(first) != std::string::npos) return "";
    std::string text = ", so for " + first;
    for (std::size_t i = 1; i < std::min(on.size(), kMostNames); ++i)
      text += ", " + label(tasks, on[i]);
    return text + (on.size() > kMostNames ? ", ..." : "");
  }
  if (*task.hint.deed == '\0') return "";
  const std::string by = task.hint.by == 0 ? "nobody" : label(tasks, task.hint.by);
  return " (" + by + " " + task.hint.deed + ")";
}

/// The lines of one task: head line, then one line for each frame.
std::string format_task(const BlockedTask& task, const std::string& state) {
  std::string text = "  #" + std::to_string(task.id) + " '" + task.name + "' " + state + "\n";
  for (const FrameReport& frame : task.chain) {
    text += "      in " + frame.function;
    if (frame.line != 0) text += "  " + frame.file + ":" + std::to_string(frame.line);
    text += "\n";
  }
  return text;
}

std::string format_waiting(const std::vector<BlockedTask>& tasks, const BlockedTask& task) {
  return format_task(task, "waits for " + task.waits_for + ways_out(tasks, task));
}

/// "  the cycle: #2 'left' -> #3 'right' -> #2 'left'"
std::string cycle_text(const std::vector<BlockedTask>& tasks, const std::vector<TaskId>& cycle) {
  if (cycle.empty()) return "";
  std::string text = "  the cycle: ";
  for (const TaskId id : cycle) {
    const bool is_known = !tasks[place_of(tasks, id)].waits_for_tasks.empty();
    text += label(tasks, id) + (is_known ? " -> " : " ~> ");
  }
  return text + label(tasks, cycle.front()) + "\n";
}

std::string report_text(const std::vector<BlockedTask>& tasks, const std::vector<TaskId>& cycle) {
  std::string text = "deadlock: " + std::to_string(tasks.size()) +
                     (tasks.size() == 1 ? " task waits" : " tasks wait") +
                     ", and nothing can happen that would wake any of them\n";
  for (std::size_t i = 0; i < std::min(tasks.size(), kMostTasksInText); ++i)
    text += format_waiting(tasks, tasks[i]);
  return text + rest_of(tasks.size()) + cycle_text(tasks, cycle);
}

std::string_view state_text(const TaskControl& task, bool is_running) {
  switch (task.state) {
    case TaskControl::State::ready:
      return is_running ? "runs" : "is ready";
    case TaskControl::State::returned:
      return "runs";
    case TaskControl::State::leaving:
      return "is being destroyed";
    case TaskControl::State::blocked:
    case TaskControl::State::ended:
      break;
  }
  return "has ended";
}

}  // namespace

/// (clang calls a header of this project "./net/server.h".)
std::string short_file(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  if (!path.starts_with('/')) return std::string(path);
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(slash + 1));
}

std::vector<FrameReport> await_chain(const TaskControl& task) {
  std::vector<FrameReport> chain;
  constexpr std::size_t kMostFrames = 64;  // a chain of 200,000 frames helps nobody
  for_each_await(task, [&](const std::source_location& at) {
    if (chain.size() == kMostFrames) {
      chain.push_back({"...", "", 0});
      return false;
    }
    if (at.line() != 0) {
      chain.push_back({short_function(at.function_name()), short_file(at.file_name()), at.line()});
    } else {
      chain.push_back({"(not started)", "", 0});
    }
    return true;
  });
  return chain;
}

BlockedTask describe_task(const TaskControl& task) {
  BlockedTask row;
  row.id = task.id;
  row.host = task.host;
  row.name = task_name(task);
  row.chain = await_chain(task);
  if (task.state != TaskControl::State::blocked) {
    if (task.scheduler->is_held(task.host)) row.waits_for = "its host, which is held";
    return row;
  }
  WaitReport wait = task.wait->report();
  row.waits_for = std::move(wait.text);
  row.is_service = wait.is_service;
  row.hint = task.wait->hint();
  for (const TaskControl* other : wait.on) {
    if (other != nullptr && other->state != TaskControl::State::ended)
      row.waits_for_tasks.push_back(other->id);
  }
  return row;
}

Deadlock::Deadlock(std::vector<BlockedTask> tasks, std::vector<TaskId> cycle)
    : std::runtime_error(report_text(tasks, cycle)),
      tasks_(std::move(tasks)),
      cycle_(std::move(cycle)) {}

Deadlock Deadlock::describe_blocked_tasks(const Scheduler& scheduler) {
  std::vector<BlockedTask> tasks;
  scheduler.for_each_task([&](const TaskControl& task) { tasks.push_back(describe_task(task)); });
  std::vector<TaskId> cycle = find_cycle(tasks, Edges::known);
  if (cycle.empty()) cycle = find_cycle(tasks, Edges::known_and_hints);
  return Deadlock(std::move(tasks), std::move(cycle));
}

bool Deadlock::is_only_services() const {
  if (!cycle_.empty()) return false;
  return std::all_of(tasks_.begin(), tasks_.end(), [](const BlockedTask& task) {
    return task.is_service || !task.waits_for_tasks.empty();
  });
}

std::string Scheduler::dump_tasks() {
  std::vector<BlockedTask> tasks;
  std::vector<std::string> states;  // of those that do not wait; empty for the others
  for_each_task([&](const TaskControl& task) {
    tasks.push_back(describe_task(task));
    const bool is_blocked = task.state == TaskControl::State::blocked;
    states.emplace_back(is_blocked ? "" : state_text(task, &task == running_));
  });
  const std::size_t count = tasks.size();
  std::string text = std::to_string(count) + (count == 1 ? " task:\n" : " tasks:\n");
  for (std::size_t i = 0; i < std::min(count, kMostTasksInText); ++i) {
    text += states[i].empty() ? format_waiting(tasks, tasks[i]) : format_task(tasks[i], states[i]);
  }
  // Without hints: while somebody runs, most of what hints complete are no cycles.
  return text + rest_of(count) + cycle_text(tasks, find_cycle(tasks, Edges::known));
}

}  // namespace rill
