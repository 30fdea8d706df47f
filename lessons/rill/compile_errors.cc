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

#define RILL_AWAITABLE                                                                             \
  "'(const )?(rill::)?(Task<|Recv|RecvInto|Fill|Accept|ConnectTo|Resolve|Send|SendAll|Sleep|Null|" \
  "Join|Kill|[^']*::(Push|Pop|Waiter|Acquire))"

constexpr const char* kAwaitMissing =
    "Perhaps a co_await is missing: the call gives something to await, and only co_await gives its "
    "value.";

// Patterns of clang's messages with the notes below them; the first that fits wins.
constexpr std::array kExplanations = {
    Explanation{"ignoring return value.*nodiscard",
                "The call only describes what to do; co_await before it does it."},
    Explanation{"no viable conversion from returned value .* to function return type "
                "'(rill::)?Task<|return statement not allowed in coroutine",
                "In a coroutine it is co_return, not return."},
    Explanation{"call to deleted member function 'await_transform'",
                "A task runs once, and co_await takes it over: write co_await std::move(task), or "
                "call the function again for another."},
    Explanation{"call to (implicitly-)?deleted copy constructor of '(rill::)?Connection",
                "A Connection has one owner: hand it on with std::move(connection)."},
    Explanation{"call to (implicitly-)?deleted copy constructor of '(const )?(rill::)?Task<",
                "A Task has one owner and runs once: hand it on with std::move(task)."},
    Explanation{"no (viable|known) conversion from " RILL_AWAITABLE, kAwaitMissing},
    Explanation{"no member named '[^']*' in " RILL_AWAITABLE, kAwaitMissing},
    Explanation{"invalid operands to binary expression \\(.*" RILL_AWAITABLE, kAwaitMissing},
    Explanation{"value of type " RILL_AWAITABLE ".* is not contextually convertible",
                kAwaitMissing},
    Explanation{"invalid range expression of type " RILL_AWAITABLE, kAwaitMissing},
    Explanation{"no viable conversion from '(const )?(rill::)?Sent'",
                "send() gives a Sent, which says how many bytes were taken: sent.bytes"},
    Explanation{"poisoned identifier",
                "This lesson is about how to do without it: its header says what to use."},
    Explanation{"has no member named 'promise_type'",
                "co_await makes a function a coroutine, and a coroutine returns a Task: write "
                "Task<...> as its return type."},
    Explanation{"'co_(await|return)' cannot be used in a function with a deduced return type",
                "A lambda that awaits is a coroutine, and must say so: [...]() -> Task<> { ... }"},
    Explanation{"'co_await' cannot be used outside",
                "co_await is for the bodies of coroutines: functions that return a Task."},
    Explanation{
        "no member named 'await_ready' in '(rill::)?TaskRef'",
        "spawn() only starts a task, there is nothing to await. To wait until it has ended: "
        "co_await join(task)."},
    Explanation{"a Rill task can await: ",
                "That is nothing to await: its value is there at once, without co_await."},
    Explanation{"non-void coroutine does not return a value",
                "On some way to its end there is no co_return with a value."},
    Explanation{"no conversion from 'void'|from 'void' to",
                "What is awaited here gives no value: co_await alone is the whole statement."},
};

#undef RILL_AWAITABLE

constexpr std::ptrdiff_t kMostThoughts = 2;

struct Line {
  std::string place;
  std::string message;
  std::size_t number = 0;  // of the log
};

/// `text` is the message and the notes below it.
std::string explanation_of(const std::string& text) {
  for (const Explanation& known : kExplanations) {
    if (std::regex_search(text, std::regex(known.pattern))) return known.sentence;
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

/// A function that the lesson calls and nobody defines: a matter of the linker.
CompileError undefined(const std::vector<std::string>& lines, std::string_view folder) {
  static const std::regex kUndefined(R"(^.*error: undefined symbol: (.*)$)");
  CompileError error;
  for (const std::string& line : lines) {
    std::smatch parts;
    if (!std::regex_match(line, parts, kUndefined)) continue;
    error.place = folder;
    error.message = "nothing in your file defines " + parts[1].str();
    error.explanation = "Its name and its parameters must be those in the lesson's header.";
    break;
  }
  return error;
}

/// The error's message, and the notes below it.
std::string text_of(const Line& error, const std::vector<std::string>& lines) {
  std::string text = error.message;
  for (std::size_t i = error.number + 1; i < lines.size(); ++i) {
    if (lines[i].find(": error: ") != std::string::npos) break;
    if (lines[i].find(": note: ") != std::string::npos) text += "\n" + lines[i];
  }
  return text;
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
  if (errors.empty()) return undefined(lines, folder);
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
  result.explanation = explanation_of(text_of(*first, lines));
  // Sometimes it is the compiler's second thought that says it.
  for (auto next = first + 1; next != errors.end() && result.explanation.empty(); ++next) {
    if (next - first > kMostThoughts) break;
    result.explanation = explanation_of(text_of(*next, lines));
  }
  result.others = static_cast<int>(errors.size()) - 1;
  return result;
}

}  // namespace rill::command
