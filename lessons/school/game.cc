// See game.h. Every look at the game is a run of its own, in a child: see play.h and guardian.h.
#include "lessons/school/game.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "lessons/school/guardian.h"
#include "lessons/school/play.h"
#include "lessons/school/screen.h"

namespace rill::school {
namespace {

using lesson::Style;
using lesson::Tint;

/// Exit code of the child when the run waits for an answer; others are those of a check.
constexpr int kAsks = 50;
constexpr int kWrongUse = 2;
constexpr int kBudgetUsedUp = 4;

constexpr std::string_view kHelp =
    "  You are the scheduler. Tasks run first come, first served, but for those that you hold "
    "back.\n"
    "  Several are ready now, and one of them gets in line. Say how many steps of tasks go first:\n"
    "    0 or Enter   none: it keeps its place\n"
    "    1, 2, 4, 8 ...   so many, of whichever tasks are in line by then\n"
    "    u   take the last answer back      q   ask no more: the rest keeps its places\n"
    "  A step is what a task does between two awaits; nobody can come between.\n";

const Property* property_of(const Lesson& lesson, const std::string& name) {
  const std::string wanted = name.empty() ? lesson.played : name;
  if (wanted.empty()) return &lesson.properties.front();
  const auto found = std::ranges::find(lesson.properties, wanted, &Property::name);
  return found != lesson.properties.end() ? &*found : nullptr;
}

/// In the child: one run, up to where an answer is missing.
int look(const Lesson& lesson, const Game& game, const Style& style, Progress& progress,
         std::string& output) {
  const Position position = play(lesson, game, progress);
  output = position.happened;
  if (!position.question.empty()) {
    output += position.question;
    return kAsks;
  }
  const PropertyVerdict& verdict = position.verdict;
  const std::size_t held = static_cast<std::size_t>(
      std::ranges::count_if(game.answers, [](std::uint64_t places) { return places != 0; }));
  if (verdict.passed()) {
    output +=
        "\n  " + style(Tint::good, "✓") + " " + game.property->name + ": it held to the end\n";
  } else {
    output += "\n  " + style(Tint::bad, "✗") + " " + game.property->name +
              ": you have broken it, " +
              (held == 0 ? "without holding anybody back"
                         : "holding back " + lesson::counted(held, "time")) +
              "\n" + told_failure(*game.property, verdict, style);
    return verdict.is_endless() ? kBudgetUsedUp : 1;
  }
  output += "  what you played, anywhere: ./rill run --replay " + verdict.token + "\n";
  return 0;
}

/// What the player says about the question; false: nothing more will come.
bool hear(Game& game) {
  for (;;) {
    std::cout << " [0, 1, 2, 4 ... u ? q] " << std::flush;
    std::string word;
    if (!std::getline(std::cin, word)) return false;
    if (isatty(STDIN_FILENO) != 1) std::cout << word << "\n";  // a terminal shows it by itself
    if (word == "q") return false;
    if (word == "u") {
      if (game.answers.empty()) {
        std::cout << "  there is nothing to take back\n";
        continue;
      }
      game.answers.pop_back();
      return true;
    }
    if (const auto places = places_of(word.empty() ? "0" : word)) {
      game.answers.push_back(*places);
      return true;
    }
    if (word != "?") std::cout << "  '" << word << "' is no answer here\n";
    std::cout << kHelp << "  hold it back?";
  }
}

}  // namespace

int play_game(const Lesson& lesson, int argc, char** argv) {
  CLI::App app("you are the scheduler", "play");
  std::string name;
  Game game;
  app.add_option("property", name, "whose scenario is played");
  app.add_option("--seed", game.seed, "of what the scenario draws");
  CLI11_PARSE(app, argc, argv);
  game.property = property_of(lesson, name);
  if (game.property == nullptr) {
    std::cerr << "  " << lesson.id << " has no property '" << name << "'; it has:";
    for (const Property& property : lesson.properties) std::cerr << " " << property.name;
    std::cerr << "\n";
    return kWrongUse;
  }
  const Style style(lesson::stdout_wants_colour());
  std::cout << "  " << style(Tint::strong, lesson.id + " " + lesson.name) << " · "
            << game.property->name << ", and you are the scheduler (? explains)\n  "
            << game.property->sentence << " Can you break it?\n\n";
  for (;;) {
    const Ended ended = run_guarded([&](Progress& progress, std::string& output) {
      return look(lesson, game, style, progress, output);
    });
    if (ended.how != Ended::How::returned) {
      std::cout << screen_of(lesson, ended, style) << std::flush;
      return ended.how == Ended::How::crashed ? 1 : kBudgetUsedUp;
    }
    std::cout << ended.output;
    if (ended.code != kAsks) {
      std::cout << std::flush;
      return ended.code;
    }
    if (!hear(game)) {
      std::cout << "\n";
      game.is_over = true;
    }
  }
}

}  // namespace rill::school
