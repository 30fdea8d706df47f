// The learner as the scheduler: questions, answers, and a token of what was played.
#include "lessons/school/play.h"

#include "scheduler/api.h"
#include "tests/testing/testing.h"

namespace rill::school {
namespace {

using simnet::Simulation;

/// The flag is tested and set by two awaits: only who comes between breaks it.
Task<> two_at_the_door(Simulation& sim) {
  auto& inside = sim.make<int>(0);
  sim.always("one at a time is inside", [&inside] { return inside <= 1; });
  const auto enter = [&inside](int steps_before) -> Task<> {
    for (int i = 0; i < steps_before; ++i) co_await null();
    ++inside;
    co_await null();
    --inside;
  };
  Group both;
  both.spawn(enter(0)).named("ada");
  both.spawn(enter(3)).named("ben");
  co_await both.wait();
}

Lesson door() {
  return {"L42",
          "door",
          {{"one_inside",
            "One at a time is inside.",
            two_at_the_door,
            {.faults = simnet::FaultClass::none, .varies_network = false}}},
          {}};
}

TEST_CASE("who is ready is asked about, with where they go on", "[play]") {
  const Lesson lesson = door();
  Progress progress;
  const Position position = play(lesson, {.property = lesson.properties.data()}, progress);
  CHECK_THAT(position.question, testing::contains("ready:"));
  CHECK_THAT(position.question, testing::contains("ada#2, which has not begun"));
  CHECK_THAT(position.question, testing::contains("hold ada#2 back?"));
}

TEST_CASE("one more answer leads to the next question, and one less back to the same", "[play]") {
  const Lesson lesson = door();
  Progress progress;
  Game game = {.property = lesson.properties.data()};
  const std::string first = play(lesson, game, progress).question;
  game.answers.push_back(0);
  const std::string second = play(lesson, game, progress).question;
  CHECK_THAT(second, testing::contains("hold ben#3 back?"));
  game.answers.pop_back();
  CHECK(play(lesson, game, progress).question == first);
}

TEST_CASE("what is played to its end is a verdict, with a token that repeats it", "[play]") {
  const Lesson lesson = door();
  Progress progress;
  Game game = {.property = lesson.properties.data()};
  SECTION("held back at the right moment, the other comes in too") {
    game.answers = {4, 0};
    game.is_over = true;
    const Position position = play(lesson, game, progress);
    CHECK(position.question.empty());
    CHECK(position.verdict.sentence == "always: one at a time is inside");
    const Replayed again = replay(lesson, position.verdict.token, progress);
    REQUIRE(again.property != nullptr);
    CHECK(again.verdict.sentence == "always: one at a time is inside");
    CHECK(again.verdict.timeline == position.verdict.timeline);
  }
  SECTION("in turn, nothing happens") {
    game.is_over = true;
    const Position position = play(lesson, game, progress);
    CHECK(position.question.empty());
    CHECK(position.verdict.passed());
    CHECK(replay(lesson, position.verdict.token, progress).verdict.passed());
  }
}

TEST_CASE("places are none or a power of two", "[play]") {
  CHECK(places_of("0") == 0);
  CHECK(places_of("1") == 1);
  CHECK(places_of("1024") == 1024);
  for (const char* const word : {"", "3", "-1", "2048", "1x", "x", "99999999999999999999"}) {
    CAPTURE(word);
    CHECK_FALSE(places_of(word).has_value());
  }
}

}  // namespace
}  // namespace rill::school
