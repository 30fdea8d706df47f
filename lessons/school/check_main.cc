// The main() of every lesson's check: what ./rill check, ./rill run and bazel test all start.
//
//   check [--cases N]              all properties
//   check --replay TOKEN           the one run that the token names; --trace, --view, --pcap FILE
//   check --story TOKEN            every event of it
//   check --signature              what fails, as one line: see signatures.h
//   check play [PROPERTY]          a run in which the learner says who is held back
//   check run [--seed N] [--real]  the lesson's demo, as every program of lessons/
//
// Exit codes: 0 passed, 1 failed, 2 no such token, 3 our own fault, 4 the budget was used up.
//
// With --signatures FILE a known mistake is named; with --all every failure is told in full; with
// --verdict FILE it is also written down in two lines, "4 5" and a token, for the learner's
// command.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "lessons/common/program.h"
#include "lessons/school/checker.h"
#include "lessons/school/game.h"
#include "lessons/school/guardian.h"
#include "lessons/school/looks.h"
#include "lessons/school/screen.h"

namespace rill::school {
namespace {

constexpr int kPassed = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;
constexpr int kOurFault = 3;
constexpr int kBudgetUsedUp = 4;

struct Choices {
  std::uint64_t cases = kCases;
  std::string token;
  std::string story;
  Looks looks;
  std::string signatures;
  std::string verdict_file;
  bool tells_all = false;
  bool tells_signature = false;
};

Signatures read_signatures(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return Signatures(text.str());
}

bool is_endless(const Verdict& verdict) {
  return std::any_of(verdict.properties.begin(), verdict.properties.end(),
                     [](const PropertyVerdict& property) { return property.is_endless(); });
}

/// How many properties hold, of how many; and the token of the first failure that has one.
void write_verdict(const std::string& path, const Verdict& verdict) {
  std::ofstream file(path);
  file << verdict.passed() << " " << verdict.properties.size() << "\n";
  for (const PropertyVerdict& property : verdict.properties) {
    if (property.token.empty()) continue;
    file << property.token << "\n";
    break;
  }
}

/// In the child.
int work(const Lesson& lesson, const Choices& choices, const lesson::Style& style,
         Progress& progress, std::string& output) {
  if (!choices.token.empty()) {
    std::string missing;
    if (choices.looks.are_wanted() && trace_header(lesson, choices.token)) {
      try {
        missing = write_looks(lesson, choices.token, choices.looks, progress);
      } catch (const lesson::UsageMistake& mistake) {
        output = std::string("  ") + mistake.what() + "\n";
        return kWrongUse;
      }
    }
    const Replayed replayed = replay(lesson, choices.token, progress);
    if (replayed.property == nullptr) {
      output = "  '" + choices.token + "' is no token of this lesson (a part may be missing)\n";
      return kWrongUse;
    }
    output = screen_of(lesson, replayed, style) + missing;
    return replayed.verdict.passed() ? kPassed : kFailed;
  }
  if (!choices.story.empty()) {
    output = story(lesson, choices.story, progress);
    return output.empty() ? kWrongUse : kPassed;
  }
  const Verdict verdict = check(lesson, choices.cases, progress);
  output = choices.tells_signature ? signature_of(lesson, verdict) + "\n"
                                   : screen_of(lesson, verdict, {choices.cases, choices.tells_all},
                                               read_signatures(choices.signatures), style);
  if (!choices.verdict_file.empty()) write_verdict(choices.verdict_file, verdict);
  keep_failures(lesson, verdict, progress);
  if (verdict.all_passed()) return kPassed;
  return is_endless(verdict) ? kBudgetUsedUp : kFailed;
}

int check_guarded(const Lesson& lesson, const Choices& choices) {
  const lesson::Style style(lesson::stdout_wants_colour());
  const Ended ended = run_guarded([&](Progress& progress, std::string& output) {
    return work(lesson, choices, style, progress, output);
  });
  if (ended.how == Ended::How::returned) {
    std::cout << ended.output << std::flush;
    return ended.code;
  }
  if (choices.tells_signature) {
    std::cout << "did not come back\n" << std::flush;
  } else {
    std::cout << screen_of(lesson, ended, style) << std::flush;
  }
  return ended.how == Ended::How::crashed ? kFailed : kBudgetUsedUp;
}

/// A simulated run is guarded like a check; a real one may take as long as it likes.
int run_demo(const Lesson& lesson, int argc, char** argv) {
  const auto run = [&] { return lesson::run_program(lesson.demo, argc, argv); };
  if (std::any_of(argv, argv + argc,
                  [](const char* word) { return std::string_view(word) == "--real"; }))
    return run();
  const Ended ended = run_guarded([&](Progress&, std::string&) { return run(); });
  if (ended.how == Ended::How::returned) return ended.code;
  std::cout << screen_of(lesson, ended, lesson::Style(lesson::stdout_wants_colour())) << std::flush;
  return kBudgetUsedUp;
}

}  // namespace
}  // namespace rill::school

int main(int argc, char** argv) {
  using namespace rill::school;
  if (argc > 1 && std::string_view(argv[1]) == "run")
    return run_demo(the_lesson(), argc - 1, argv + 1);
  if (argc > 1 && std::string_view(argv[1]) == "play") {
    return play_game(the_lesson(), argc - 1, argv + 1);
  }
  CLI::App app("checks an answer");
  Choices choices;
  app.add_option("--cases", choices.cases);
  app.add_option("--replay", choices.token);
  app.add_option("--story", choices.story);
  app.add_option("--trace", choices.looks.trace);
  app.add_option("--view", choices.looks.view);
  app.add_option("--pcap", choices.looks.pcap);
  app.add_option("--signatures", choices.signatures);
  app.add_option("--verdict", choices.verdict_file);
  app.add_flag("--all", choices.tells_all);
  app.add_flag("--signature", choices.tells_signature);
  CLI11_PARSE(app, argc, argv);
  try {
    return check_guarded(the_lesson(), choices);
  } catch (const std::exception& error) {
    std::cerr << "  the check itself failed, which is our fault, not yours: " << error.what()
              << "\n";
    return kOurFault;
  }
}
