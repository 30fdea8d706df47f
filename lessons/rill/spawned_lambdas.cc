// See spawned_lambdas.h.
#include "lessons/rill/spawned_lambdas.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <regex>

namespace rill::command {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where the literal or comment that begins at `at` ends; `at` itself if none does.
std::size_t end_of_text(std::string_view code, std::size_t at) {
  const auto behind = [&](std::string_view end, std::size_t from) {
    const std::size_t found = code.find(end, from);
    return found == kNone ? code.size() : found + end.size();
  };
  const std::string_view here = code.substr(at);
  if (here.starts_with("//")) return std::min(code.find('\n', at), code.size());
  if (here.starts_with("/*")) return behind("*/", at + 2);
  if (here.starts_with("R\"") && (at == 0 || !is_word(code[at - 1]))) {
    const std::size_t open = code.find('(', at);
    if (open == kNone) return code.size();
    return behind(")" + std::string(code.substr(at + 2, open - at - 2)) + "\"", open);
  }
  const bool is_separator = here[0] == '\'' && at > 0 && is_word(code[at - 1]);  // 1'000
  if ((here[0] != '"' && here[0] != '\'') || is_separator) return at;
  std::size_t end = at + 1;
  while (end < code.size() && code[end] != here[0] && code[end] != '\n') {
    end += code[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, code.size());
}

/// The bracket that closes the one at `open`.
std::size_t closing(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '(' || code[i] == '[' || code[i] == '{') ++depth;
    if (code[i] == ')' || code[i] == ']' || code[i] == '}') --depth;
    if (depth == 0) return i;
  }
  return kNone;
}

std::size_t next_mark(std::string_view code, std::size_t from) {
  return code.find_first_not_of(" \n\t", from);
}

/// "[&x, n]" to "()" behind the body, or not.
std::optional<SpawnedLambda> lambda_at(std::string_view code, std::size_t open) {
  const std::size_t close = closing(code, open);
  if (close == kNone || next_mark(code, open + 1) == close) return std::nullopt;  // no captures
  const std::size_t body = code.find('{', close);
  const std::size_t end = body == kNone ? kNone : closing(code, body);
  if (end == kNone) return std::nullopt;
  const std::string captures(code.substr(open, close - open));
  static const std::regex kOwnCopy(R"(\*\s*this)");
  static const std::regex kReference(R"(&|\bthis\b)");
  SpawnedLambda lambda;
  lambda.at = open;
  lambda.has_references = std::regex_search(std::regex_replace(captures, kOwnCopy, ""), kReference);
  const std::size_t behind = next_mark(code, end + 1);
  lambda.is_called = behind != kNone && code[behind] == '(';
  return lambda;
}

/// auto work = [&] ...: by their names.
std::map<std::string, SpawnedLambda, std::less<>> named_lambdas(const std::string& code) {
  static const std::regex kNamed(R"(\bauto\s*&{0,2}\s*(\w+)\s*=\s*\[)");
  std::map<std::string, SpawnedLambda, std::less<>> named;
  for (std::sregex_iterator found(code.begin(), code.end(), kNamed), end; found != end; ++found) {
    const auto open = static_cast<std::size_t>(found->position() + found->length() - 1);
    const auto lambda = lambda_at(code, open);
    if (lambda && !lambda->is_called) named[(*found)[1]] = *lambda;
  }
  return named;
}

/// Where the arguments of a call begin, whose '(' is at `open`.
std::vector<std::size_t> arguments_of(std::string_view code, std::size_t open) {
  const std::size_t close = closing(code, open);
  std::vector<std::size_t> begins;
  for (std::size_t i = open; close != kNone && i < close;) {
    const std::size_t begin = next_mark(code, i + 1);
    begins.push_back(begin);
    for (i = begin; i < close && code[i] != ','; ++i) {
      if (code[i] == '(' || code[i] == '[' || code[i] == '{') i = std::min(closing(code, i), close);
    }
  }
  return begins;
}

bool is_joined(std::string_view code, std::size_t spawn) {
  const std::size_t statement = code.find_last_of(";{}", spawn);
  const std::size_t join = code.rfind("join(", spawn);
  return join != kNone && (statement == kNone || join > statement);
}

}  // namespace

std::string code_of(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_text(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (text[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<SpawnedLambda> spawned_lambdas(std::string_view text) {
  static const std::regex kSpawn(R"(\bspawn(_on)?\s*\()");
  static const std::regex kName(R"(^(?:std::move\(\s*)?(\w+)\s*([(,)]))");
  const std::string code(text);
  const auto named = named_lambdas(code);
  std::vector<SpawnedLambda> lambdas;
  for (std::sregex_iterator found(code.begin(), code.end(), kSpawn), end; found != end; ++found) {
    const auto at = static_cast<std::size_t>(found->position());
    const auto arguments = arguments_of(code, at + static_cast<std::size_t>(found->length()) - 1);
    const std::size_t which = (*found)[1].matched ? 1 : 0;
    if (which >= arguments.size()) continue;
    const std::size_t begin = arguments[which];
    std::optional<SpawnedLambda> lambda;
    std::smatch name;
    if (code[begin] == '[') {
      lambda = lambda_at(code, begin);
    } else if (std::regex_search(code.begin() + static_cast<std::ptrdiff_t>(begin), code.end(),
                                 name, kName)) {
      const auto known = named.find(name[1].str());
      if (known == named.end()) continue;
      lambda = known->second;
      lambda->at = begin;
      // Called by its name it stays where it is, with whatever it holds.
      lambda->has_references = lambda->has_references || name[2] == "(";
    }
    if (!lambda) continue;
    lambda->is_of_group = at > 0 && (code[at - 1] == '.' || code[at - 1] == '>');
    lambda->is_joined = is_joined(code, at);
    lambdas.push_back(*lambda);
  }
  return lambdas;
}

}  // namespace rill::command
