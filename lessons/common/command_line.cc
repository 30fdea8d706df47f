// Flags by CLI11, with our own sentences for what does not fit. See command_line.h.
#include "lessons/common/command_line.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "lessons/common/program.h"

namespace rill::lesson {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

void CommandLine::flag(const std::string& name, bool& value, const std::string& help) {
  app_.add_flag_callback(name, [&value] { value = true; }, help);
}

void CommandLine::number(const std::string& name, std::uint64_t& value, std::uint64_t least,
                         std::uint64_t most, const std::string& help) {
  const auto take = [=, &value](const std::string& text) {
    std::uint64_t read = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (error != std::errc() || end != text.data() + text.size() || read < least || read > most) {
      throw UsageMistake(name + " takes a whole number from " + std::to_string(least) + " to " +
                         std::to_string(most) + ", not " + "'" + text + "'");
    }
    value = read;
  };
  app_.add_option_function<std::string>(name, take, help)
      ->type_name("N")
      ->default_str(std::to_string(value));
}

void CommandLine::text(const std::string& name, std::string& value, const std::string& placeholder,
                       const std::string& help) {
  app_.add_option_function<std::string>(
          name, [&value](const std::string& text) { value = text; }, help)
      ->type_name(placeholder)
      ->default_str(value);
}

void CommandLine::choice(const std::string& name, std::string& value,
                         const std::vector<std::string>& choices, const std::string& help) {
  const auto take = [=, &value](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      throw UsageMistake(name + " takes " + joined(choices) + ", not '" + text + "'");
    }
    value = text;
  };
  std::string placeholder;
  for (const std::string& one : choices) placeholder += (placeholder.empty() ? "" : "|") + one;
  app_.add_option_function<std::string>(name, take, help)
      ->type_name(placeholder)
      ->default_str(value);
}

void CommandLine::word(const std::string& placeholder, std::string& value,
                       const std::string& help) {
  app_.add_option(placeholder, value, help)->type_name("");
}

}  // namespace rill::lesson
