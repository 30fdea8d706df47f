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
constexpr Flag kOfThisRun[] = {{"--seed"}, {"--choose"},     {"--trace"},        {"--view"},
                               {"--pcap"}, {"--sim", false}, {"--quiet", false}, {"--full", false}};

std::vector<std::string> arguments_without(std::span<const Flag> flags, int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto flag = std::ranges::find_if(flags, [argument](const Flag& wanted) {
      return argument == wanted.name ||
             (wanted.has_value && argument.starts_with(std::string(wanted.name) + "="));
    });
    if (flag == flags.end()) {
      arguments.emplace_back(argument);
    } else if (flag->has_value && argument == flag->name) {
      ++i;  // its value is the next word
    }
  }
  return arguments;
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
  return arguments_without(kOfFiles, argc, argv);
}

std::string command_text(const std::string& program, int argc, char** argv) {
  std::string text = "./rill run " + shell_word(program);
  for (const std::string& word : arguments_without(kOfThisRun, argc, argv)) {
    text += " " + shell_word(word);
  }
  return text;
}

}  // namespace rill::lesson
