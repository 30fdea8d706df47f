// See remarks.h.
#include "lessons/rill/remarks.h"

#include <algorithm>
#include <map>

#include "lessons/rill/spawned_lambdas.h"

namespace rill::command {
namespace {

constexpr const char* kTodo = "a TODO is still there; delete it if it is done";
constexpr const char* kRefers =
    "this spawned lambda refers to variables around it. When their function ends first - by "
    "return, by an exception, or because it is killed - they are gone: hand values over as "
    "arguments, or spawn it in a Group, which ends what is left of it";
constexpr const char* kCalled =
    "this lambda is called where it is spawned. The lambda, and with it what it captures, is gone "
    "at the end of this statement, before the task begins: leave the () behind it away";

std::size_t line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
}

}  // namespace

std::vector<std::string> remarks_on(std::string_view answer, bool has_passed) {
  std::multimap<std::size_t, const char*> by_line;
  for (std::size_t at = answer.find("TODO"); has_passed && at != answer.npos;
       at = answer.find("TODO", at + 1)) {
    by_line.emplace(line_of(answer, at), kTodo);
  }
  for (const SpawnedLambda& lambda : spawned_lambdas(code_of(answer))) {
    const std::size_t line = line_of(answer, lambda.at);
    if (lambda.is_called) {
      by_line.emplace(line, kCalled);
    } else if (lambda.has_references && !lambda.is_of_group && !lambda.is_joined) {
      by_line.emplace(line, kRefers);
    }
  }
  std::vector<std::string> remarks;
  for (const auto& [line, sentence] : by_line) {
    remarks.push_back("line " + std::to_string(line) + ": " + sentence);
  }
  return remarks;
}

}  // namespace rill::command
