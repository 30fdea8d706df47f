// The learner's command, behind ./rill: reads the words, calls what they mean. learner.h lists it.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "lessons/rill/learner.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

struct Words {
  std::string lesson;
  std::string token;
  std::string other;
  std::vector<std::string> looks;  // of run: each flag, and its file
  Sight sight;
  bool pending_only = false;
  bool is_sure = false;
  bool undo = false;
  bool polls_only = false;
};

constexpr const char* kLessonHelp = "L08, 8 or framing; the next one if not given";

int obey(int argc, char** argv) {
  CLI::App app("Rill's lessons", "./rill");
  app.require_subcommand(0, 1);
  app.footer(
      "Alone, ./rill goes on where you are: as watch on a terminal, else as next.\n"
      "Exit codes: 0 all properties hold, 1 one does not, 2 it does not compile, 3 our own fault, "
      "4 a loop.\n"
      "More: docs/learn.md      next: ./rill next");
  Words words;
  const auto command = [&](const char* name, const char* about) {
    return app.add_subcommand(name, about);
  };
  CLI::App* const list_command = command("list", "every lesson, and how far you are");
  list_command->add_option("word", words.lesson, "only lessons with this word");
  list_command->add_flag("--pending", words.pending_only, "only those that are not done");
  command("next", "the lesson to do now");
  CLI::App* const check_command = command("check", "judges your answer");
  check_command->add_option("lesson", words.lesson, kLessonHelp);
  check_command->allow_extras()->footer(
      "--all tells every failure in full; --cases N looks at N cases of each property");
  CLI::App* const run_command = command("run", "runs a lesson's program: --seed N, --step, --real");
  run_command->add_option("lesson", words.lesson, kLessonHelp);
  run_command->add_option("--replay", words.token, "TOKEN of a failure");
  for (const char* const look : {"--trace", "--view", "--pcap"}) {
    run_command->add_option_function<std::string>(
        look,
        [&words, look](const std::string& file) {
          words.looks.insert(words.looks.end(), {look, file});
        },
        "FILE for the run's events, its page or its packets");
  }
  run_command->allow_extras()->footer(
      "--seed N draws another run, --step stops at each event, --real uses sockets");
  CLI::App* const hint_command = command("hint", "one more hint");
  hint_command->add_option("lesson", words.lesson, kLessonHelp);
  CLI::App* const watch_command = command("watch", "checks each time you save");
  watch_command->add_option("lesson", words.lesson, kLessonHelp);
  watch_command->add_flag("--poll", words.polls_only, "only look at the file, every 500 ms");
  CLI::App* const play_command = command("play", "you are the scheduler: break it by order alone");
  play_command->add_option("lesson", words.lesson, kLessonHelp);
  play_command->allow_extras()->footer(
      "a property's name after the lesson plays that one; --seed N draws other input");
  CLI::App* const reset_command = command("reset", "back to the starter; yours is kept");
  reset_command->add_option("lesson", words.lesson, "L08, 8 or framing");
  reset_command->add_flag("--undo", words.undo, "take the reset back");
  CLI::App* const solution_command = command("solution", "a good answer, and yours beside it");
  solution_command->add_option("lesson", words.lesson, kLessonHelp);
  solution_command->add_flag("--yes", words.is_sure, "do not ask");
  CLI::App* const visualise_command = command("visualise", "a run as a page to look at");
  visualise_command->add_option("what", words.sight.what, "a token; or a lesson: its program");
  visualise_command->add_option("--seed", words.sight.seed, "of the program's run");
  visualise_command->add_option("--diff", words.sight.other,
                                "with another TOKEN beside it, or L08:pass for a good answer");
  visualise_command
      ->add_option("--clock", words.sight.clock,
                   "down the page: each step a row, or virtual time (the key a changes it)")
      ->type_name("step|virtual")
      ->check(CLI::IsMember({"step", "virtual"}).description(""));
  visualise_command->add_flag("--text", words.sight.as_text, "every event, as text");
  for (const char* const format : {"pcapng", "perfetto", "shiviz", "mermaid", "dot"}) {
    visualise_command->add_flag_callback(
        std::string("--") + format, [&words, format] { words.sight.exports.push_back(format); },
        "a file for that tool instead");
  }
  CLI::App* const diff_command = command("diff", "where two runs part");
  diff_command->add_option("token", words.token)->required();
  diff_command->add_option("other", words.other,
                           "another token, or L08:pass: a good answer (as without)");
  CLI::App* const doctor_command = command("doctor", "what this machine lacks");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(ExitCode::does_not_compile);
  }

  const Workspace workspace;
  ProgressFile progress(workspace.progress_path());
  Desk desk{workspace, progress, lesson::Style(lesson::stdout_wants_colour())};
  if (*list_command) return list(desk, words.lesson, words.pending_only);
  if (*check_command) return check(desk, words.lesson, check_command->remaining());
  if (*run_command) {
    std::vector<std::string> rest = run_command->remaining();
    if (words.token.empty()) {
      rest.insert(rest.begin(), words.looks.begin(), words.looks.end());
      return run(desk, words.lesson, rest);
    }
    if (rest.empty()) return replay(desk, words.token, words.looks);
    throw Stop("--replay repeats what its token says: leave out '" + rest.front() + "'",
               ExitCode::does_not_compile);
  }
  if (*play_command) return play(desk, words.lesson, play_command->remaining());
  if (*hint_command) return hint(desk, words.lesson);
  if (*watch_command) return watch(desk, words.lesson, words.polls_only);
  if (*reset_command) return reset(desk, words.lesson, words.undo);
  if (*solution_command) return solution(desk, words.lesson, words.is_sure);
  if (*visualise_command) return visualise(desk, words.sight);
  if (*diff_command) return diff(desk, words.token, words.other);
  if (*doctor_command) return doctor(desk);
  // Nothing said: the next right thing.
  const bool is_at_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  return app.get_subcommands().empty() && is_at_terminal ? watch(desk, "", false) : next(desk);
}

}  // namespace
}  // namespace rill::command

int main(int argc, char** argv) {
  using namespace rill::command;
  try {
    return obey(argc, argv);
  } catch (const Stop& stop) {
    std::fprintf(stderr, "rill: %s\n", stop.what());
    return static_cast<int>(stop.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rill: something went wrong that is our fault: %s\n", error.what());
    return static_cast<int>(ExitCode::our_fault);
  }
}
