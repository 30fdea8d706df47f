// See command_text.h.
#include "lessons/common/command_text.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace rill::lesson {
namespace {

/// A flag, and whether a value belongs to it.
struct Flag {
  std::string_view name;
  bool has_value = true;
};

constexpr Flag kOfFiles[] = {{"--record"}, {"--trace"}, {"--view"}, {"--pcap"}};
constexpr Flag kOfThisRun[] = {
    {"--seed"}, {"--choose"}, {"--sim", false}, {"--quiet", false}, {"--full", false}};

std::vector<std::string> without(std::span<const Flag> flags,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> left;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const auto flag = std::ranges::find_if(flags, [argument](const Flag& wanted) {
      return argument == wanted.name ||
             (wanted.has_value && argument.starts_with(std::string(wanted.name) + "="));
    });
    if (flag == flags.end()) {
      left.emplace_back(argument);
    } else if (flag->has_value && argument == flag->name) {
      ++i;  // its value is the next word
    }
  }
  return left;
}

/// As a shell takes it for one word.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
  if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::vector<std::string> recorded_arguments(int argc, char** argv) {
  return without(kOfFiles, {argv + 1, argv + argc});
}

std::string command_text(const std::string& program, int argc, char** argv) {
  std::string text = "./rill run " + shell_word(program);
  for (const std::string& word : without(kOfThisRun, recorded_arguments(argc, argv))) {
    text += " " + shell_word(word);
  }
  return text;
}

}  // namespace rill::lesson
