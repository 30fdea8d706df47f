// See checker.h.
#include "lessons/school/checker.h"

#include <algorithm>

#include "lessons/school/runs.h"
#include "lessons/school/sanitizer.h"
#include "scheduler/check.h"
#include "simnet/explore/observed.h"
#include "simnet/explore/run_trace.h"
#include "simnet/explore/story.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::RunResult;

/// A learner's program that takes more steps than this at one time loops.
constexpr std::uint64_t kMostSteps = 100'000;
/// Of the shrinker: loops are long, and nobody waits gladly. With a sanitizer a step that throws
/// takes 30 us, and how small a failure gets is not what such a build is for.
constexpr std::uint64_t kShrinkSteps = kHasSanitizer ? 300'000 : 3'000'000;
constexpr std::size_t kLastEvents = 8;
constexpr std::string_view kFirstWrong = "← first wrong event";

/// Places elsewhere - in Rill, in the school - tell a learner nothing.
std::string folder_of(const Lesson& lesson) {
  return "lessons/" + lesson.id + "_" + lesson.name + "/";
}

/// A story that nobody would read to its end, without its middle.
std::string without_middle(const std::string& timeline) {
  constexpr std::ptrdiff_t kFirst = 12;
  constexpr std::ptrdiff_t kLast = 20;
  const auto lines = std::ranges::count(timeline, '\n');
  if (lines <= kFirst + kLast + 1) return timeline;
  const auto behind_line = [&](std::ptrdiff_t number) {
    std::size_t at = 0;
    for (std::ptrdiff_t i = 0; i < number; ++i) at = timeline.find('\n', at) + 1;
    return at;
  };
  return timeline.substr(0, behind_line(kFirst)) +
         "                  ... and so on: " + std::to_string(lines - kFirst - kLast) +
         " lines (./rill visualise has them)\n" + timeline.substr(behind_line(lines - kLast));
}

/// By its number: the name may change, the order of a lesson's properties does not.
std::uint32_t hash_of(const Lesson& lesson, const Property& property) {
  return static_cast<std::uint32_t>(&property - lesson.properties.data());
}

std::string token_of(const Lesson& lesson, const Property& property, const simnet::Plan& plan) {
  return lesson.id + ":" + encode(plan, hash_of(lesson, property));
}

}  // namespace

std::string without_school_frames(std::string_view report) {
  std::string result;
  while (!report.empty()) {
    const std::string_view line = report.substr(0, report.find('\n'));
    report.remove_prefix(std::min(report.size(), line.size() + 1));
    const bool is_frame = line.find_first_not_of(' ') == line.find("in ");
    const bool is_of_school = line.find("  lessons/school/") != line.npos ||
                              line.find("  lessons/common/") != line.npos ||
                              line.find("  simnet/explore/") != line.npos;
    if (!is_frame || !is_of_school) result.append(line).append(report.empty() ? "" : "\n");
  }
  return result;
}

ExploreOptions options_of(const Property& property) {
  ExploreOptions options = property.options;
  options.most_steps = std::min(options.most_steps, kMostSteps);
  options.shrink_steps = std::min(options.shrink_steps, kShrinkSteps);
  return options;
}

simnet::Scenario watched(const Property& property, Progress& progress) {
  return [&property, &progress](simnet::Simulation& sim) {
    progress.runs.fetch_add(1, std::memory_order_relaxed);
    sim.always("", [&progress] {
      progress.steps.fetch_add(1, std::memory_order_relaxed);
      return true;
    });
    return property.scenario(sim);
  };
}

namespace {

/// And its token is noted, for the case that it never comes back.
simnet::Scenario noted(const Lesson& lesson, const Property& property, Progress& progress) {
  return [&lesson, &property, &progress](simnet::Simulation& sim) {
    const std::string token = token_of(lesson, property, sim.plan());
    progress.token.fill('\0');
    if (token.size() < progress.token.size()) std::ranges::copy(token, progress.token.begin());
    return watched(property, progress)(sim);
  };
}

}  // namespace

PropertyVerdict tell(const Lesson& lesson, const Property& property, const simnet::Plan& plan,
                     Progress& progress) {
  simnet::Observer observer;
  const RunResult result =
      run_plan(noted(lesson, property, progress), options_of(property), plan, &observer);
  PropertyVerdict verdict;
  verdict.token = token_of(lesson, property, plan);
  verdict.deviations = plan.deviations.size();
  verdict.timeline = without_middle(
      timeline(observer, {.last = kLastEvents,
                          .mark = result.cause == RunResult::Cause::claim ? kFirstWrong : "",
                          .places_in = folder_of(lesson)}));
  if (!result.world.empty()) verdict.takes = "a world in which " + result.world + "\n";
  if (!plan.deviations.empty()) verdict.takes += summary(observer);
  if (result.verdict != RunResult::Verdict::failed) return verdict;
  verdict.sentence = result.sentence;
  verdict.details = without_school_frames(result.details);
  verdict.cause = result.cause;
  return verdict;
}

namespace {

/// Nothing unless it is a token of this lesson; L08: in front may be left out.
std::optional<simnet::NamedPlan> plan_of(const Lesson& lesson, std::string_view token) {
  if (token.starts_with(lesson.id + ":")) token.remove_prefix(lesson.id.size() + 1);
  auto plan = simnet::decode_plan(token);
  if (plan && plan->test >= lesson.properties.size()) plan.reset();
  return plan;
}

PropertyVerdict check(const Lesson& lesson, const Property& property, std::uint64_t cases,
                      Progress& progress) {
  const simnet::SearchReport found =
      find_failure(noted(lesson, property, progress), options_of(property),
                   simnet::Seeds{0, std::min(cases, property.most_cases)});
  PropertyVerdict verdict;
  if (found.failure) {
    verdict = tell(lesson, property, found.failure->shrunk.plan, progress);
    verdict.deviations_before = found.failure->shrunk.deviations_before;
  } else if (!found.never.empty()) {
    verdict.sentence =
        "in " + std::to_string(found.runs) + " runs it never happened that " + found.never.front();
    verdict.details = verdict.sentence;
  }
  verdict.cases = found.runs;
  return verdict;
}

}  // namespace

std::size_t Verdict::passed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(properties, [](const auto& verdict) { return verdict.passed(); }));
}

Verdict check(const Lesson& lesson, std::uint64_t cases, Progress& progress) {
  Verdict verdict;
  for (const Property& property : lesson.properties) {
    progress.property = hash_of(lesson, property);
    progress.runs = 0;
    verdict.properties.push_back(check(lesson, property, cases, progress));
  }
  return verdict;
}

Replayed replay(const Lesson& lesson, std::string_view token, Progress& progress) {
  const auto plan = plan_of(lesson, token);
  if (!plan) return {};
  const Property& property = lesson.properties[plan->test];
  progress.property = plan->test;
  return {&property, tell(lesson, property, plan->plan, progress)};
}

std::optional<trace::Header> trace_header(const Lesson& lesson, std::string_view token) {
  const auto plan = plan_of(lesson, token);
  if (!plan) return std::nullopt;
  const Property& property = lesson.properties[plan->test];
  trace::Header header;
  header.program = lesson.id + " " + lesson.name + ", " + property.name;
  header.seed = plan->plan.seed;
  header.token = token_of(lesson, property, plan->plan);
  return header;
}

void write_trace(const Lesson& lesson, std::string_view token, trace::LineSink& sink,
                 Progress& progress) {
  const auto plan = plan_of(lesson, token);
  RILL_CHECK(plan.has_value(), "a trace of a token that is not of this lesson");
  const Property& property = lesson.properties[plan->test];
  simnet::RunTrace run_trace(sink);
  run_plan(noted(lesson, property, progress), options_of(property), plan->plan, &run_trace);
}

std::string story(const Lesson& lesson, std::string_view token, Progress& progress) {
  const auto plan = plan_of(lesson, token);
  if (!plan) return "";
  const Property& property = lesson.properties[plan->test];
  simnet::Observer observer;
  run_plan(noted(lesson, property, progress), options_of(property), plan->plan, &observer);
  return timeline(observer, {.last = observer.events().size(), .places_in = folder_of(lesson)});
}

}  // namespace rill::school
