// The flags of a program, said once: names, where the value goes, and a line of help.
//
//   void options(CommandLine& line) {
//     line.flag("--verbose", form.verbose, "say who connects, and what is read");
//   }
//
// A wrapper, so that no lesson pays for CLI11 at compile time (three seconds a file). Variables
// must outlive the parsing; their values at that time are the defaults that --help shows.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scheduler/time.h"

namespace CLI {
class App;
}

namespace rill::lesson {

class CommandLine {
 public:
  explicit CommandLine(CLI::App& app) : app_(app) {}

  /// The title under which --help shows the flags that follow; "This program" without.
  void group(const std::string& title);
  /// `--name`: sets `value` to true.
  void flag(const std::string& name, bool& value, const std::string& help);
  /// `--name N` with least <= N <= most; all else is refused in one sentence.
  void number(const std::string& name, std::uint64_t& value, std::uint64_t least,
              std::uint64_t most, const std::string& help);
  /// `--name TEXT`; `placeholder` is what --help calls the value, such as "FILE".
  void text(const std::string& name, std::string& value, const std::string& placeholder,
            const std::string& help);
  /// `--name TEXT`, any number of times: `take` gets each, and may throw UsageMistake.
  void each(const std::string& name, std::function<void(const std::string&)> take,
            const std::string& placeholder, const std::string& help);
  /// `--name TIME`, as parse_duration() reads it.
  void duration(const std::string& name, Duration& value, const std::string& help);
  /// `--name NAME`, where NAME is among `choices`.
  void choice(const std::string& name, std::string& value, const std::vector<std::string>& choices,
              const std::string& help);
  /// A word without a name, such as the URL in `crawler URL`; may be left out.
  void word(const std::string& placeholder, std::string& value, const std::string& help);

 private:
  CLI::App& app_;
};

}  // namespace rill::lesson
