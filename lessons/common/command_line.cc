// The command line of every program, by CLI11. See command_line.h and read_command_line.h.
//
// The only file that includes CLI11: it takes seconds to compile. Flags, groups and defaults are
// CLI11's business; the sentences for what does not fit, and the help text, are ours.
#include "lessons/common/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "lessons/common/console.h"
#include "lessons/common/duration.h"
#include "lessons/common/program.h"
#include "lessons/common/read_command_line.h"

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

/// Groups of flags that every program has; a program's own are told after the first of these.
constexpr const char* kFirstGroup = "Where it runs";
constexpr const char* kLastGroups[] = {"Simulated", "Real", "Both"};

std::vector<std::string> groups_in_order(const CLI::App& app) {
  std::vector<std::string> all = {kFirstGroup};
  for (const std::string& group : app.get_groups()) {
    const bool is_common = std::ranges::find(kLastGroups, group) != std::end(kLastGroups);
    if (!is_common && group != kFirstGroup) all.push_back(group);
  }
  all.insert(all.end(), std::begin(kLastGroups), std::end(kLastGroups));
  return all;
}

/// --help: what it does, where it runs, its own flags, examples.
class HelpText final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    std::string text =
        app->get_description() + "\n\nUsage: ./rill run " + app->get_name() + " [FLAGS]\n";
    std::size_t widest = 0;
    for (const CLI::Option* option : app->get_options()) {
      widest = std::max(widest, usage_of(*option).size());
    }
    for (const std::string& group : groups_in_order(*app)) {
      std::string lines;
      for (const CLI::Option* option :
           app->get_options([&](const CLI::Option* o) { return o->get_group() == group; })) {
        lines += line_of(*option, widest);
      }
      if (!lines.empty()) text += "\n" + group + ":\n" + lines;
    }
    return text + app->get_footer();
  }

 private:
  /// "--port N"
  static std::string usage_of(const CLI::Option& option) {
    const std::string& type = option.get_type_name();
    return option.get_name() + (type.empty() ? "" : " " + type);
  }
  static std::string line_of(const CLI::Option& option, std::size_t usage_columns) {
    std::string usage = usage_of(option);
    usage.resize(usage_columns, ' ');
    const std::string preset = option.get_default_str();
    return "  " + usage + "  " + option.get_description() +
           (preset.empty() ? "" : " [" + preset + "]") + "\n";
  }
};

struct Choices {
  Settings settings;
  bool wants_simulation = false;
  std::uint64_t port = 0;
  std::string workers = "1";
};

constexpr std::uint64_t kMostWorkers = 1024;
/// What a run leaves behind to be looked at.
constexpr const char* kLookingFlags[] = {"--trace", "--view", "--pcap"};

/// How many workers `text` asks for. What `auto` is depends on the machine.
unsigned workers_of(const std::string& text, bool is_real) {
  const bool is_auto = text == "auto" || text == "0";
  if (is_auto && !is_real) {
    throw UsageMistake(
        "--workers auto asks the machine, which a simulated run must not; give a number");
  }
  if (is_auto) return std::max(std::thread::hardware_concurrency(), 1U);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > kMostWorkers) {
    throw UsageMistake("--workers takes a whole number from 1 to " + std::to_string(kMostWorkers) +
                       ", or auto, not '" + text + "'");
  }
  return static_cast<unsigned>(number);
}

/// One more choice of --choose.
void add_choice(const std::string& text, std::vector<Choice>& choices) {
  const std::optional<Choice> read = parse_choice(text);
  if (!read) {
    throw UsageMistake(
        "--choose takes SITE:NTH:CHOICE as the page of a run has it (--view), such " +
        ("as turn@00c2d4e6b7085f3a:4:1, not '" + text + "'"));
  }
  for (const Choice& other : choices) {
    if (other.key != read->key || other.nth != read->nth) continue;
    throw UsageMistake("--choose decides " + decision_word(read->site, read->key, read->nth) +
                       " twice; leave one of them out");
  }
  choices.push_back(*read);
}

void add_flags(CLI::App& app, const Program& program, Choices& chosen) {
  Settings& settings = chosen.settings;
  CommandLine line(app);
  line.group(kFirstGroup);
  line.flag("--sim", chosen.wants_simulation,
            "on a simulated network, others included (the default)");
  line.flag("--real", settings.is_real, "on real sockets; a server runs until Ctrl-C");
  line.text("--replay", settings.replay, "FILE", "a recorded real run again, without a network");
  line.text("--shrink", settings.shrink, "FILE", "with --replay: keep what makes the run fail");
  line.group("Simulated");
  line.number("--seed", settings.seed, 0, UINT64_MAX,
              "which run; the same seed is the same run, to the byte");
  line.each(
      "--choose", [&](const std::string& text) { add_choice(text, settings.choices); },
      "SITE:NTH:CHOICE",
      "that run but for one decision, as its page lists them (--view); may be repeated");
  line.flag("--full", settings.is_full, "the whole story, however long");
  line.group("Real");
  if (program.port != 0)
    line.text("--host", settings.host, "ADDRESS", "where to listen [127.0.0.1]");
  line.choice("--backend", settings.backend, {"epoll", "uring", "auto"},
              "how to ask the kernel: epoll; uring; or auto, uring where there is one");
  line.text("--record", settings.record, "FILE", "write down what the world does, for --replay");
  line.group("Both");
  if (program.port != 0) {
    line.number("--port", chosen.port, 0, 65535, "where to listen; 0: any that is free");
  }
  if (program.is_service) {
    line.text("--workers", chosen.workers, "N",
              "how many to run side by side; auto: one for each core");
    line.duration("--drain-timeout", settings.drain, "for open connections to end after SIGTERM");
  }
  line.text("--trace", settings.trace, "FILE", "write down every event of the run, as JSON lines");
  line.text("--view", settings.view, "FILE", "the run as a page to look at, HTML");
  line.text("--pcap", settings.pcap, "FILE", "its packets for Wireshark, pcapng");
  line.flag("--quiet", settings.is_quiet, "only what must be said");
  if (program.options) {
    line.group("This program");
    program.options(line);
  }
}

/// The help of a program that was installed under a name of its own, say rill-httpd, is about that.
std::string about_installed(std::string help, const std::string& program, std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name == program) return help;
  const std::string in_tree = "./rill run " + program;
  for (std::size_t at = 0; (at = help.find(in_tree, at)) != help.npos; at += name.size()) {
    help.replace(at, in_tree.size(), name);
  }
  return help;
}

[[noreturn]] void refuse(const CLI::ParseError& error, const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining();
  if (!rest.empty()) throw UsageMistake("there is no argument '" + rest.front() + "'");
  if (error.get_name() == "ArgumentMismatch") {  // "--seed: 1 required N missing"
    const std::string what = error.what();
    throw UsageMistake(what.substr(0, what.find(':')) + " wants a value after it");
  }
  throw UsageMistake(error.what());
}

/// Of two that name one file the later would overwrite what the other wrote, or is to read.
void check_files(const CLI::App& app) {
  constexpr const char* kFlags[] = {"--replay", "--shrink", "--record",
                                    "--trace",  "--view",   "--pcap"};
  std::map<std::string, std::string> flags;  // by file
  for (const char* const flag : kFlags) {
    const CLI::Option* const option = app.get_option_no_throw(flag);
    if (option == nullptr || option->count() == 0) continue;
    const std::string file = option->as<std::string>();
    if (file.empty()) throw UsageMistake(std::string(flag) + " wants a file, not ''");
    const auto [other, is_first] = flags.try_emplace(file, flag);
    if (is_first || file.starts_with("/dev/")) continue;
    throw UsageMistake(other->second + " and " + flag + " name the same file, '" + file +
                       "'; give each its own");
  }
}

void check(const CLI::App& app, const Choices& chosen) {
  check_files(app);
  const auto given = [&app](const char* name) {
    const CLI::Option* option = app.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
  };
  for (const char* name : kLookingFlags) {
    if (given("--shrink") && given(name)) {
      throw UsageMistake(std::string("--shrink runs the program many times; use ") + name +
                         " with the recording that it leaves");
    }
  }
  if (given("--replay")) {
    for (const CLI::Option* option : app.get_options()) {
      const std::string name = option->get_name();
      const bool is_of_replay = name == "--replay" || name == "--shrink" || name == "--quiet" ||
                                std::ranges::find(kLookingFlags, name) != std::end(kLookingFlags);
      if (option->count() == 0 || is_of_replay) continue;
      throw UsageMistake("--replay runs with the flags that were recorded; leave out " + name);
    }
    return;
  }
  if (given("--shrink")) throw UsageMistake("--shrink is for a recording; add --replay FILE");
  if (chosen.settings.is_real && chosen.wants_simulation) {
    throw UsageMistake("--sim and --real are two worlds; choose one");
  }
  if (chosen.settings.is_real && given("--seed")) {
    throw UsageMistake("--seed chooses among simulated runs; the real world has none");
  }
  if (chosen.settings.is_real && given("--choose")) {
    throw UsageMistake("--choose decides within a simulated run; in the real world nobody does");
  }
  if (chosen.settings.is_real && chosen.settings.is_full) {
    throw UsageMistake("--full is about the story of a simulated run");
  }
  for (const char* name : {"--host", "--backend", "--record"}) {
    if (!chosen.settings.is_real && given(name)) {
      throw UsageMistake(std::string(name) + " is for real sockets; add --real");
    }
  }
}

}  // namespace

void CommandLine::group(const std::string& title) { app_.option_defaults()->group(title); }

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

void CommandLine::each(const std::string& name, std::function<void(const std::string&)> take,
                       const std::string& placeholder, const std::string& help) {
  const auto take_all = [take = std::move(take)](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) take(text);
  };
  app_.add_option_function<std::vector<std::string>>(name, take_all, help)
      ->type_name(placeholder)
      ->allow_extra_args(false);  // one text each time
}

void CommandLine::duration(const std::string& name, Duration& value, const std::string& help) {
  app_.add_option_function<std::string>(
          name, [=, &value](const std::string& text) { value = parse_duration(name, text); }, help)
      ->type_name("TIME")
      ->default_str(duration_text(value));
}

void CommandLine::choice(const std::string& name, std::string& value,
                         const std::vector<std::string>& choices, const std::string& help) {
  const auto take = [=, &value](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      throw UsageMistake(name + " takes " + joined(choices) + ", not '" + text + "'");
    }
    value = text;
  };
  app_.add_option_function<std::string>(name, take, help)->type_name("NAME")->default_str(value);
}

void CommandLine::word(const std::string& placeholder, std::string& value,
                       const std::string& help) {
  app_.add_option(placeholder, value, help)->type_name("");
}

bool read_command_line(const Program& program, int argc, char** argv, Settings& settings) {
  Choices chosen;
  chosen.port = program.port;
  chosen.settings.drain = program.drain;
  CLI::App app(program.about + (program.details.empty() ? "" : "\n\n" + program.details),
               program.name);
  app.formatter(std::make_shared<HelpText>());
  app.set_help_flag("--help", "this text");
  app.get_help_ptr()->group("Both");
  if (!program.examples.empty()) app.footer("\nExamples:\n" + program.examples);
  add_flags(app, program, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print(about_installed(app.help(), program.name, argv[0]));
    return false;
  } catch (const CLI::ParseError& error) {
    refuse(error, app);
  }
  check(app, chosen);
  settings = chosen.settings;
  settings.port = static_cast<std::uint16_t>(chosen.port);
  settings.workers = workers_of(chosen.workers, settings.is_real);
  if (settings.workers > 1 && !settings.record.empty()) {
    throw UsageMistake("--record writes down one worker; leave out --workers");
  }
  for (const char* name : kLookingFlags) {
    const CLI::Option* option = app.get_option_no_throw(name);
    if (settings.workers > 1 && settings.is_real && option->count() > 0) {
      throw UsageMistake(std::string(name) + " follows one worker; leave out --workers");
    }
  }
  if (settings.is_real && settings.host.empty()) settings.host = "127.0.0.1";
  return true;
}

}  // namespace rill::lesson
