// The checker on lessons of its own: verdicts, tokens, stories, screens and signatures.
#include "lessons/school/checker.h"

#include "lessons/school/screen.h"
#include "lessons/school/signatures.h"
#include "scheduler/api.h"
#include "tests/testing/property.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

constexpr ExploreOptions kSound = {.faults = FaultClass::none};

/// Two tasks count a number up, each in a read, an await and a write.
Task<> lose_a_count(Simulation& sim) {
  auto& total = sim.make<int>(0);
  const auto count = [&total]() -> Task<> {
    const int seen = total;
    co_await null();
    total = seen + 1;
  };
  Group both;
  both.spawn(count).named("ada");
  both.spawn(count).named("ben");
  co_await both.wait();
  require_equal(sim, "no count is lost", "total", total, "tasks", 2);
}

Task<> draw_too_much(Simulation& sim) {
  const int drawn = sim.draw("number", rc::gen::inRange(0, 1000));
  sim.require(drawn < 10, "the number is small", "it is " + std::to_string(drawn));
  co_return;
}

Task<> hold(Simulation& sim) {
  static_cast<void>(sim);
  co_return;
}

Task<> never_end(Simulation& sim) {
  static_cast<void>(sim);
  for (;;) co_await null();
}

Task<> wait_for_each_other(Simulation& sim) {
  auto& event = sim.make<Event>();
  co_await event.wait();
}

Lesson lesson_of(std::vector<Property> properties) {
  return {"L42", "answers", std::move(properties), {}};
}

TEST_CASE("what holds passes, with the number of its cases", "[checker]") {
  const Lesson lesson = lesson_of({{"holds", "It holds.", hold, kSound}});
  Progress progress;
  const Verdict verdict = check(lesson, 30, progress);
  CHECK(verdict.all_passed());
  CHECK(verdict.properties[0].cases == 30);
  CHECK(progress.runs == 30);
}

TEST_CASE("a property may be content with fewer cases", "[checker]") {
  const Lesson lesson = lesson_of({{"holds", "It holds.", hold, kSound, /*most_cases=*/3}});
  Progress progress;
  CHECK(check(lesson, 30, progress).properties[0].cases == 3);
}

TEST_CASE("a failure is shrunk, and its token repeats it", "[checker]") {
  const Lesson lesson = lesson_of({{"holds", "It holds.", hold, kSound},
                                   {"small", "Numbers are small.", draw_too_much, kSound}});
  Progress progress;
  const Verdict verdict = check(lesson, 200, progress);
  CHECK(verdict.passed() == 1);
  const PropertyVerdict& found = verdict.properties[1];
  CHECK(found.sentence == "the number is small");
  CHECK_THAT(found.details, testing::contains("it is 10"));
  CHECK_THAT(found.token, testing::contains("L42:"));
  const Replayed again = replay(lesson, found.token, progress);
  REQUIRE(again.property == &lesson.properties[1]);
  CHECK(again.verdict.details == found.details);
  CHECK(again.verdict.timeline == found.timeline);
  CHECK_FALSE(story(lesson, found.token, progress).empty());
}

TEST_CASE("a token of nothing, or of another lesson, is refused", "[checker]") {
  const Lesson lesson = lesson_of({{"holds", "It holds.", hold, kSound}});
  Progress progress;
  for (const char* const token : {"", "L42:", "L42:P12", "nonsense", "L42:P1000002q0x"}) {
    CAPTURE(token);
    CHECK(replay(lesson, token, progress).property == nullptr);
    CHECK(story(lesson, token, progress).empty());
  }
}

TEST_CASE("a loop that awaits uses up a budget, a deadlock is told as one", "[checker]") {
  const Lesson lesson = lesson_of({{"ends", "It ends.", never_end, kSound},
                                   {"goes_on", "It goes on.", wait_for_each_other, kSound}});
  Progress progress;
  const Verdict verdict = check(lesson, 2, progress);
  CHECK(verdict.properties[0].is_endless());
  CHECK_FALSE(verdict.properties[1].passed());
  CHECK_FALSE(verdict.properties[1].is_endless());
  CHECK_THAT(verdict.properties[1].details, testing::contains("deadlock"));
}

TEST_CASE("the same check gives the same screen, and the first failure is told in full",
          "[checker]") {
  const Lesson lesson = lesson_of({{"no_loss", "No count is lost.", lose_a_count, kSound},
                                   {"small", "Numbers are small.", draw_too_much, kSound}});
  const auto screen = [&](bool tells_all) {
    Progress progress;
    return screen_of(lesson, check(lesson, 50, progress), {50, tells_all}, Signatures(),
                     lesson::Style(false));
  };
  const std::string text = screen(false);
  CHECK(text == screen(false));
  CHECK_THAT(text, testing::contains("L42 answers · 2 properties × 50 cases"));
  CHECK_THAT(text, testing::contains("✗ no_loss"));
  CHECK_THAT(text, testing::contains("tasks  2\n"));
  CHECK_THAT(text, testing::contains("total  1\n"));
  CHECK_THAT(text, testing::contains("← first wrong event"));
  CHECK_THAT(text, testing::contains("      again, anywhere: ./rill run --replay L42:"));
  CHECK_THAT(text, testing::contains("      see it:          ./rill visualise L42:"));
  CHECK_THAT(text, testing::contains("✗ L42 not done (0/2)"));
  CHECK_THAT(text, !testing::contains("number = "));
  CHECK_THAT(screen(true), testing::contains("number = 10"));
}

TEST_CASE("a signature does not depend on numbers, and two that are the same name nobody",
          "[signatures]") {
  const Lesson lesson = lesson_of({{"no_loss", "No count is lost.", lose_a_count, kSound}});
  Progress progress;
  const std::string signature = signature_of(lesson, check(lesson, 50, progress));
  CHECK_THAT(signature, testing::contains("no_loss="));
  const Signatures one("# remark\n" + signature + "\treads before it awaits\n");
  CHECK(one.find(signature) == "reads before it awaits");
  CHECK(one.find("other=1").empty());
  CHECK(Signatures(signature + "\t-\n").find(signature).empty());
  CHECK(Signatures(signature + "\tone\n" + signature + "\tother\n").find(signature).empty());
}

TEST_CASE("what passes has no signature", "[signatures]") {
  const Lesson lesson = lesson_of({{"holds", "It holds.", hold, kSound}});
  Progress progress;
  CHECK(signature_of(lesson, check(lesson, 5, progress)).empty());
}

}  // namespace
}  // namespace rill::school
