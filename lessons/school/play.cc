// See play.h.
#include "lessons/school/play.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "lessons/school/runs.h"
#include "scheduler/deadlock.h"
#include "scheduler/scheduler.h"
#include "simnet/explore/observed.h"
#include "simnet/explore/story.h"

namespace rill::school {
namespace {

using simnet::ObservedEvent;

/// Turns::kChoices says how choices and places belong together.
std::uint64_t choice_of(std::uint64_t places) {
  return places == 0 ? 0 : static_cast<std::uint64_t>(std::bit_width(places));
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// "counter1#2, from coroutines.cc:12"
std::string shown(const TaskControl& task) {
  std::string text = task_name(task) + "#" + std::to_string(task.id);
  const std::vector<FrameReport> chain = await_chain(task);
  if (chain.empty() || chain.front().line == 0) return text + ", which has not begun";
  return text + ", which goes on at " + file_name(chain.front().file) + ":" +
         std::to_string(chain.front().line);
}

/// Who is ready, and who of them the question is about.
std::string question_about(const Site& turn) {
  const Scheduler& scheduler = Scheduler::current("play");
  RunContext& context = Scheduler::current("play").context();
  std::string ready;
  std::string asked;
  scheduler.for_each_task([&](const TaskControl& task) {
    if (task.state != TaskControl::State::ready) return;
    ready += "    " + shown(task) + "\n";
    if (context.place_of(task) == turn.instance && asked.empty()) {
      asked = task_name(task) + "#" + std::to_string(task.id);
    }
  });
  return "  ready:\n" + ready + "  hold " + asked + " back?";
}

/// Gives the answers of a game; where they end, keeps the question and goes on plainly.
class PlayerOracle final : public Oracle {
 public:
  PlayerOracle(const Game& game, const simnet::Observer& observer)
      : game_(game), observer_(observer) {}

  std::uint64_t decide(Site& site, std::uint64_t) override {
    const std::uint64_t nth = site.count++;
    if (std::string_view(site.name) != "turn") return 0;
    const std::size_t number = asked_++;
    if (number < game_.answers.size()) {
      seen_events_ = observer_.events().size();
      const std::uint64_t choice = choice_of(game_.answers[number]);
      if (choice != 0) deviations_.push_back({simnet::short_key(site.key), nth, choice});
      return choice;
    }
    if (number > game_.answers.size()) return 0;
    if (game_.is_over) {
      seen_events_ = observer_.events().size();  // that question was asked already
    } else {
      question_ = question_about(site);
      events_at_question_ = observer_.events().size();
    }
    return 0;
  }
  bool orders_tasks() const override { return true; }

  const std::string& question() const { return question_; }
  /// What the player has not seen yet: events [first, last).
  std::size_t first_event() const { return seen_events_; }
  std::size_t last_event() const {
    return question_.empty() ? observer_.events().size() : events_at_question_;
  }
  const std::vector<simnet::Deviation>& deviations() const { return deviations_; }

 private:
  const Game& game_;
  const simnet::Observer& observer_;
  std::size_t asked_ = 0;
  std::size_t seen_events_ = 0;
  std::size_t events_at_question_ = 0;
  std::string question_;
  std::vector<simnet::Deviation> deviations_;
};

/// As in a story, and each step of a task too.
std::string line_of(ObservedEvent event) {
  if (event.kind == EventKind::step) {
    event.kind = EventKind::note;
    event.text = event.where.empty() ? "begins" : "goes on";
  }
  return told(event);
}

}  // namespace

std::optional<std::uint64_t> places_of(std::string_view word) {
  constexpr std::uint64_t kMostPlaces = std::uint64_t{1} << (Turns::kChoices - 2);
  std::uint64_t places = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), places);
  const bool is_number = error == std::errc() && end == word.data() + word.size();
  if (!is_number || places > kMostPlaces || (places != 0 && !std::has_single_bit(places))) {
    return std::nullopt;
  }
  return places;
}

Position play(const Lesson& lesson, const Game& game, Progress& progress) {
  simnet::Plan plan;
  plan.seed = game.seed;
  simnet::Observer observer;
  PlayerOracle oracle(game, observer);
  run_once(watched(*game.property, progress), options_of(*game.property), simnet::World::planned,
           plan, oracle, &observer);
  Position position;
  for (std::size_t i = oracle.first_event(); i < oracle.last_event(); ++i) {
    if (observer.events()[i].kind == EventKind::run_fails) break;
    position.happened += line_of(observer.events()[i]);
  }
  position.question = oracle.question();
  if (!position.question.empty()) return position;
  plan.deviations = oracle.deviations();
  position.verdict = tell(lesson, *game.property, plan, progress);
  return position;
}

}  // namespace rill::school
