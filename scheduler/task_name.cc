// What tasks are called: by the name that they were given, or by the function that they run, of
// which all that is known is how the compiler spells it.
#include <algorithm>
#include <cstring>
#include <string>

#include "scheduler/deadlock.h"
#include "scheduler/task.h"

namespace rill {
namespace {

/// The part of a qualified name behind the last "::", without its template arguments.
std::string_view last_component(std::string_view name) {
  std::size_t start = name.size();
  for (int depth = 0; start > 0; --start) {
    const char c = name[start - 1];
    if (depth == 0 && std::string_view(" :*&<(").find(c) != std::string_view::npos) break;
    if (c == '>' || c == ')') ++depth;
    if (c == '<' || c == '(') --depth;
  }
  return name.substr(start);
}

}  // namespace

/// "Task<> (anonymous namespace)::serve(int) [T = int]" -> "serve"; "lambda" for a lambda; the
/// class for its operator(). Compilers differ: clang writes "main()::(anonymous
/// class)::operator()(int) const", g++ "main()::<lambda(int)>".
std::string short_function(std::string_view pretty) {
  pretty = pretty.substr(0, pretty.find(" ["));
  std::size_t open = pretty.rfind(')');
  if (open == pretty.npos) return std::string(pretty);
  for (int depth = 1; depth > 0 && open > 0;) {  // to the parenthesis where the parameters begin
    --open;
    if (pretty[open] == ')') ++depth;
    if (pretty[open] == '(') --depth;
  }
  std::string_view head = pretty.substr(0, open);
  std::string_view name = last_component(head);
  if (name == "operator()") {
    head.remove_suffix(name.size());
    if (head.ends_with("::")) head.remove_suffix(2);
    name = last_component(head);
    if (name == "(anonymous class)") return "lambda";
  }
  return std::string(name.substr(0, name.find('<')));
}

std::string task_name(const TaskControl& task) {
  if (task.name != nullptr) return task.name;
  std::source_location outermost{};
  if (task.leaf == nullptr || task.state == TaskControl::State::leaving)
    outermost = task.last_await;
  // The outermost frame that has a place: the spawned function's, not that of Rill's own around.
  for (const PromiseBase* frame = task.leaf; frame != nullptr; frame = frame->parent) {
    if (frame->where.line() != 0) outermost = frame->where;
  }
  const std::string name = short_function(outermost.function_name());
  return name.empty() ? "task" : name;
}

void TaskControl::set_name(std::string_view text) {
  drop_name();
  text = text.substr(0, std::min(kMostNameBytes, text.find('\0')));
  auto* const copy = static_cast<char*>(frame_pool.allocate(text.size() + 1));
  text.copy(copy, text.size());
  copy[text.size()] = '\0';
  name = copy;
}

void TaskControl::drop_name() noexcept {
  if (name == nullptr) return;
  frame_pool.release(const_cast<char*>(name), std::strlen(name) + 1);
  name = nullptr;
}

std::string describe(const TaskControl& task) {
  return "#" + std::to_string(task.id) + " '" + task_name(task) + "'";
}

}  // namespace rill
