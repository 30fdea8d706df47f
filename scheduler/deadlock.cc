// Reports about tasks: the deadlock report, the task table, and names for people. See deadlock.h.
#include "scheduler/deadlock.h"

#include <algorithm>

#include "scheduler/scheduler.h"

namespace rill {
namespace {

/// The frame that spawn(callable, arguments) puts around the callable's own.
bool is_own_frame(std::string_view pretty) { return pretty.find("own_and_call") != pretty.npos; }

/// "Task<> server(Connection, int)" -> "server"; a lambda's operator() -> "lambda".
std::string short_function(std::string_view pretty) {
  if (is_own_frame(pretty)) return "";
  if (pretty.find("lambda") != pretty.npos || pretty.find("operator()") != pretty.npos)
    return "lambda";
  int depth = 0;  // of <> and (), so that template arguments do not end the search
  std::size_t end = pretty.size();
  for (std::size_t i = 0; i < pretty.size(); ++i) {
    if (pretty[i] == '<') ++depth;
    if (pretty[i] == '>') --depth;
    if (pretty[i] == '(' && depth == 0) {
      end = i;
      break;
    }
  }
  const std::string_view head = pretty.substr(0, end);
  const std::size_t start = head.find_last_of(" :*&");
  return std::string(start == head.npos ? head : head.substr(start + 1));
}

/// The path from the project's root on, or the file's name: the same text on every machine.
std::string short_file(std::string_view path) {
  if (!path.starts_with('/')) return std::string(path);
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(slash + 1));
}

const BlockedTask* find(const std::vector<BlockedTask>& tasks, TaskId id) {
  const auto found =
      std::find_if(tasks.begin(), tasks.end(), [&](const auto& t) { return t.id == id; });
  return found == tasks.end() ? nullptr : &*found;
}

/// A ring in the wait-for graph. Each task is visited once, in order of id, so the answer is
/// stable.
std::vector<TaskId> find_cycle(const std::vector<BlockedTask>& tasks) {
  std::vector<TaskId> done;
  for (const BlockedTask& start : tasks) {
    struct Visit {
      const BlockedTask* task;
      std::size_t next_edge = 0;
    };
    std::vector<Visit> path{{&start}};
    while (!path.empty()) {
      Visit& top = path.back();
      if (top.next_edge == top.task->waits_for_tasks.size()) {
        done.push_back(top.task->id);
        path.pop_back();
        continue;
      }
      const TaskId target = top.task->waits_for_tasks[top.next_edge++];
      const auto on_path = std::find_if(path.begin(), path.end(),
                                        [&](const Visit& v) { return v.task->id == target; });
      if (on_path != path.end()) {
        std::vector<TaskId> cycle;
        for (auto v = on_path; v != path.end(); ++v) cycle.push_back(v->task->id);
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        return cycle;
      }
      if (std::find(done.begin(), done.end(), target) != done.end()) continue;
      if (const BlockedTask* next = find(tasks, target)) path.push_back({next});
    }
  }
  return {};
}

std::string report_text(const std::vector<BlockedTask>& tasks, const std::vector<TaskId>& cycle) {
  const auto label = [&](TaskId id) {
    const BlockedTask* task = find(tasks, id);
    return "#" + std::to_string(id) + (task != nullptr ? " '" + task->name + "'" : "");
  };
  std::string text = "deadlock: " + std::to_string(tasks.size()) +
                     (tasks.size() == 1 ? " task waits" : " tasks wait") +
                     ", and nothing can happen that would wake any of them\n";
  for (const BlockedTask& task : tasks) text += format_task(task, "waits for " + task.waits_for);
  if (!cycle.empty()) {
    text += "  the cycle: ";
    for (const TaskId id : cycle) text += label(id) + " -> ";
    text += label(cycle.front()) + "\n";
  }
  return text;
}

}  // namespace

std::string task_name(const TaskControl& task) {
  if (task.name[0] != '\0') return task.name;
  if (task.root == nullptr || task.root->where.line() == 0) return "task";
  const PromiseBase* root = task.root;
  const std::string name = short_function(root->where.function_name());
  if (!name.empty()) return name;
  for (const PromiseBase* frame = task.leaf; frame != nullptr; frame = frame->parent) {
    if (frame->parent == root && frame->where.line() != 0) {
      return short_function(frame->where.function_name());
    }
  }
  return "task";
}

std::string describe(const TaskControl& task) {
  return "#" + std::to_string(task.id) + " '" + task_name(task) + "'";
}

std::vector<FrameReport> await_chain(const TaskControl& task) {
  std::vector<FrameReport> chain;
  constexpr std::size_t kMostFrames = 64;  // a chain of 200,000 frames helps nobody
  for (const PromiseBase* frame = task.leaf; frame != nullptr; frame = frame->parent) {
    const std::source_location& at = frame->where;
    if (chain.size() == kMostFrames) {
      chain.push_back({"...", "", 0});
      break;
    }
    if (at.line() == 0) {
      chain.push_back({"(not started)", "", 0});
      continue;
    }
    std::string function = short_function(at.function_name());
    if (function.empty()) continue;
    chain.push_back({std::move(function), short_file(at.file_name()), at.line()});
  }
  return chain;
}

BlockedTask describe_task(const TaskControl& task) {
  BlockedTask row;
  row.id = task.id;
  row.host = task.host;
  row.name = task_name(task);
  row.chain = await_chain(task);
  if (task.wait == nullptr) return row;
  WaitReport wait = task.wait->report();
  row.waits_for = std::move(wait.text);
  row.is_service = wait.is_service;
  for (const TaskControl* other : wait.on) {
    if (other != nullptr) row.waits_for_tasks.push_back(other->id);
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
    ++count;
    const BlockedTask row = describe_task(task);
    const bool is_running = task.state == TaskControl::State::running;
    text +=
        format_task(row, is_running                                ? "runs"
                         : task.state == TaskControl::State::ready ? "is ready"
                                                                   : "waits for " + row.waits_for);
  });
  return std::to_string(count) + (count == 1 ? " task:\n" : " tasks:\n") + text;
}

}  // namespace rill
