// See compile_errors.h.
#include "lessons/rill/compile_errors.h"

#include <algorithm>
#include <array>
#include <regex>

namespace rill::command {
namespace {

struct Explanation {
  const char* pattern;
  const char* sentence;
};

// Patterns of clang's messages, the first that fits wins.
constexpr std::array kExplanations = {
    Explanation{"does nothing until it is awaited|ignoring return value.*nodiscard",
                "The call only describes what to do; co_await before it does it."},
    Explanation{"no viable conversion from .*(Recv|RecvInto|Fill|Accept|Task<|Join|Pop).* to|"
                "no viable overloaded '='.*|cannot initialize .*(Recv|Task<)",
                "Perhaps a co_await is missing: the call gives something to await, and only "
                "co_await gives its value."},
    Explanation{"no member named .* in .*(Recv|Task<|Accept|Pop)",
                "Perhaps a co_await is missing: the call gives something to await, and only "
                "co_await gives its value."},
    Explanation{"has no member named 'promise_type'|cannot be a coroutine",
                "co_await makes a function a coroutine, and a coroutine returns a Task: write "
                "Task<...> as its return type."},
    Explanation{"'co_await' cannot be used outside|expression .*co_await.*outside",
                "co_await is for the bodies of coroutines: a function that returns a Task."},
    Explanation{"awaited twice|call to deleted.*Task|use of deleted function.*await",
                "A task runs once, and co_await takes it over: write co_await std::move(task), or "
                "call the function again for another."},
    Explanation{"return statement not allowed in coroutine",
                "In a coroutine it is co_return, not return."},
    Explanation{"call to deleted constructor of .*Connection|copy.*deleted.*Connection",
                "A Connection has one owner: hand it on with std::move(connection)."},
};

struct Line {
  std::string place;
  std::string message;
  std::size_t number = 0;  // of the log
};

std::string explanation_of(const std::string& message) {
  for (const Explanation& known : kExplanations) {
    if (std::regex_search(message, std::regex(known.pattern))) return known.sentence;
  }
  return "";
}

std::vector<std::string> lines_of(std::string_view log) {
  static const std::regex kColours("\x1b\\[[0-9;]*[mK]");
  std::vector<std::string> lines;
  while (!log.empty()) {
    const std::string line(log.substr(0, log.find('\n')));
    lines.push_back(std::regex_replace(line, kColours, ""));
    log.remove_prefix(std::min(log.size(), line.size() + 1));
  }
  return lines;
}

}  // namespace

CompileError first_error(std::string_view log, std::string_view folder) {
  static const std::regex kError(R"(^(?:\./)?([^ :]+:\d+:\d+): (?:fatal )?error: (.*)$)");
  const std::vector<std::string> lines = lines_of(log);
  std::vector<Line> errors;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch parts;
    if (std::regex_match(lines[i], parts, kError)) errors.push_back({parts[1], parts[2], i});
  }
  if (errors.empty()) return {};
  auto first = std::ranges::find_if(
      errors, [&](const Line& error) { return error.place.starts_with(folder); });
  CompileError result;
  if (first == errors.end()) first = errors.begin();
  result.place = first->place;
  // A flag of clang's at the end is for those who know clang.
  result.message = std::regex_replace(first->message, std::regex(R"( \[-W[^\]]*\]$)"), "");
  for (std::size_t i = first->number + 1; i < lines.size() && i <= first->number + 2; ++i) {
    if (lines[i].find('|') == std::string::npos) break;
    result.source += lines[i] + "\n";
  }
  result.explanation = explanation_of(first->message);
  result.others = static_cast<int>(errors.size()) - 1;
  return result;
}

}  // namespace rill::command
