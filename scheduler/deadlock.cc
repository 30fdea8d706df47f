// Reports about tasks: the deadlock report and the task table. See deadlock.h.
#include "scheduler/deadlock.h"

#include <algorithm>

#include "scheduler/scheduler.h"

namespace rill {
namespace {

/// The path from the project's root on, or the file's name: the same text on every machine. (clang
/// calls a header of this project "./net/server.h".)
std::string short_file(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  if (!path.starts_with('/')) return std::string(path);
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(slash + 1));
}

/// The place of a task among `tasks`, which are in the order of id; their number if it is not
/// there.
std::size_t place_of(const std::vector<BlockedTask>& tasks, TaskId id) {
  const auto found = std::lower_bound(tasks.begin(), tasks.end(), id,
                                      [](const BlockedTask& t, TaskId i) { return t.id < i; });
  const bool is_there = found != tasks.end() && found->id == id;
  return static_cast<std::size_t>((is_there ? found : tasks.end()) - tasks.begin());
}

/// A ring in the wait-for graph, by a depth-first search from each task in the order of id, so that
/// the answer is stable.
std::vector<TaskId> find_cycle(const std::vector<BlockedTask>& tasks) {
  enum class Mark : std::uint8_t { unseen, on_path, done };
  std::vector<Mark> marks(tasks.size(), Mark::unseen);
  struct Visit {
    std::size_t place;
    std::size_t next_edge = 0;
  };
  for (std::size_t start = 0; start < tasks.size(); ++start) {
    if (marks[start] != Mark::unseen) continue;
    std::vector<Visit> path{{start}};
    marks[start] = Mark::on_path;
    while (!path.empty()) {
      Visit& top = path.back();
      const std::vector<TaskId>& edges = tasks[top.place].waits_for_tasks;
      if (top.next_edge == edges.size()) {
        marks[top.place] = Mark::done;
        path.pop_back();
        continue;
      }
      const std::size_t target = place_of(tasks, edges[top.next_edge++]);
      if (target == tasks.size() || marks[target] == Mark::done) continue;
      if (marks[target] == Mark::unseen) {
        marks[target] = Mark::on_path;
        path.push_back({target});
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

std::string report_text(const std::vector<BlockedTask>& tasks, const std::vector<TaskId>& cycle) {
  const auto label = [&](TaskId id) {
    return "#" + std::to_string(id) + " '" + tasks[place_of(tasks, id)].name + "'";
  };
  std::string text = "deadlock: " + std::to_string(tasks.size()) +
                     (tasks.size() == 1 ? " task waits" : " tasks wait") +
                     ", and nothing can happen that would wake any of them\n";
  for (std::size_t i = 0; i < std::min(tasks.size(), kMostTasksInText); ++i)
    text += format_task(tasks[i], "waits for " + tasks[i].waits_for);
  text += rest_of(tasks.size());
  if (!cycle.empty()) {
    text += "  the cycle: ";
    for (const TaskId id : cycle) text += label(id) + " -> ";
    text += label(cycle.front()) + "\n";
  }
  return text;
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

std::vector<FrameReport> await_chain(const TaskControl& task) {
  std::vector<FrameReport> chain;
  constexpr std::size_t kMostFrames = 64;  // a chain of 200,000 frames helps nobody
  for (const PromiseBase* frame = task.leaf; frame != nullptr; frame = frame->parent) {
    const std::source_location& at = frame->where;
    if (chain.size() == kMostFrames) {
      chain.push_back({"...", "", 0});
      break;
    }
    if (at.line() != 0) {
      chain.push_back({short_function(at.function_name()), short_file(at.file_name()), at.line()});
    } else if (frame == task.leaf) {
      chain.push_back({"(not started)", "", 0});
    }  // else a frame of Rill's own
  }
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
  for (const TaskControl* other : wait.on) {
    if (other != nullptr && other->state != TaskControl::State::ended)
      row.waits_for_tasks.push_back(other->id);
  }
  return row;
}

std::string format_task(const BlockedTask& task, std::string_view state) {
  std::string text =
      "  #" + std::to_string(task.id) + " '" + task.name + "' " + std::string(state) + "\n";
  for (const FrameReport& frame : task.chain) {
    text += "      in " + frame.function;
    if (frame.line != 0) text += "  " + frame.file + ":" + std::to_string(frame.line);
    text += "\n";
  }
  return text;
}

Deadlock::Deadlock(std::vector<BlockedTask> tasks, std::vector<TaskId> cycle)
    : std::runtime_error(report_text(tasks, cycle)),
      tasks_(std::move(tasks)),
      cycle_(std::move(cycle)) {}

Deadlock Deadlock::describe_blocked_tasks(const Scheduler& scheduler) {
  std::vector<BlockedTask> tasks;
  scheduler.for_each_task([&](const TaskControl& task) { tasks.push_back(describe_task(task)); });
  std::vector<TaskId> cycle = find_cycle(tasks);
  return Deadlock(std::move(tasks), std::move(cycle));
}

bool Deadlock::is_only_services() const {
  if (!cycle_.empty()) return false;
  return std::all_of(tasks_.begin(), tasks_.end(), [](const BlockedTask& task) {
    return task.is_service || !task.waits_for_tasks.empty();
  });
}

std::string Scheduler::dump_tasks() {
  std::string text;
  std::size_t count = 0;
  for_each_task([&](const TaskControl& task) {
    if (++count > kMostTasksInText) return;
    const BlockedTask row = describe_task(task);
    const bool is_blocked = task.state == TaskControl::State::blocked;
    text += format_task(row, is_blocked ? "waits for " + row.waits_for
                                        : std::string(state_text(task, &task == running_)));
  });
  return std::to_string(count) + (count == 1 ? " task:\n" : " tasks:\n") + text + rest_of(count);
}

}  // namespace rill
