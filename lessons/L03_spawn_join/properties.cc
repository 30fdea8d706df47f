// Lesson 3: what must hold of gather(), however long the jobs take and however they end.
#include <algorithm>
#include <stdexcept>

#include "lessons/L03_spawn_join/spawn_join.h"
#include "lessons/common/say.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

struct JobFailed : std::runtime_error {
  explicit JobFailed(int result) : std::runtime_error("failure " + std::to_string(-result)) {}
};

/// Takes `delay`, and ends with `result`, or throws if that is negative.
Task<int> work(int& alive, Duration delay, int result) {
  const Alive here(alive);
  co_await sleep(delay);
  if (result < 0) throw JobFailed(result);
  co_return result;
}

Job job_of(int& alive, Duration delay, int result) {
  return [&alive, delay, result] { return work(alive, delay, result); };
}

std::vector<int> draw_delays(Simulation& sim) {
  return sim.draw("milliseconds", rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100)));
}

std::vector<Job> jobs_of(int& alive, const std::vector<int>& delays) {
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < delays.size(); ++i) {
    jobs.push_back(job_of(alive, milliseconds(delays[i]), static_cast<int>(i)));
  }
  return jobs;
}

Task<> results_in_order(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const std::vector<int> delays = draw_delays(sim);
  const std::vector<int> results = co_await gather(jobs_of(alive, delays));
  std::vector<int> wanted;
  for (std::size_t i = 0; i < delays.size(); ++i) wanted.push_back(static_cast<int>(i));
  require_equal(sim, "result number i is that of job number i", "results", results, "wanted",
                wanted);
}

Task<> all_at_the_same_time(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const std::vector<int> delays = draw_delays(sim);
  const Instant before = now();
  const std::vector<int> results = co_await gather(jobs_of(alive, delays));
  const Duration longest =
      milliseconds(delays.empty() ? 0 : *std::max_element(delays.begin(), delays.end()));
  require_equal(sim, "it takes as long as the longest job", "took", now() - before,
                "the longest job", longest);
}

/// Some jobs throw, the others would take long.
std::vector<Job> failing_jobs(Simulation& sim, int& alive) {
  const int good = sim.draw("good jobs", rc::gen::inRange(1, 5));
  const int fails_after = sim.draw("fails after", rc::gen::inRange(0, 50));
  std::vector<Job> jobs;
  for (int i = 0; i < good; ++i) jobs.push_back(job_of(alive, milliseconds(20 + 20 * i), i));
  const auto place = sim.draw("place", rc::gen::inRange(0, good + 1));
  jobs.insert(jobs.begin() + place, job_of(alive, milliseconds(fails_after), -1));
  return jobs;
}

Task<> a_failure_surfaces(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  bool has_thrown = false;
  try {
    const std::vector<int> results = co_await gather(failing_jobs(sim, alive));
  } catch (const JobFailed&) {
    has_thrown = true;
  }
  sim.require(has_thrown, "gather() throws what a job has thrown");
}

/// Two jobs fail, one later than the other, in either order of the list.
Task<> the_first_failure_counts(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const int first_ms = sim.draw("the first fails after, ms", rc::gen::inRange(0, 50));
  const int second_ms = first_ms + sim.draw("the second so much later", rc::gen::inRange(1, 50));
  std::vector<Job> jobs = {job_of(alive, milliseconds(first_ms), -1),
                           job_of(alive, milliseconds(second_ms), -2)};
  if (sim.draw("the second stands first", rc::gen::arbitrary<bool>())) std::swap(jobs[0], jobs[1]);
  std::string thrown = "nothing";
  try {
    const std::vector<int> results = co_await gather(std::move(jobs));
  } catch (const JobFailed& failure) {
    thrown = failure.what();
  }
  require_equal(sim, "gather() throws what was thrown first", "thrown", thrown, "first",
                std::string(JobFailed(-1).what()));
}

Task<> no_task_is_left(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  auto jobs = failing_jobs(sim, alive);
  const auto left = [&alive] { return std::to_string(alive) + " jobs are still under way"; };
  try {
    const std::vector<int> results = co_await gather(std::move(jobs));
  } catch (const JobFailed&) {
  }
  sim.require(alive == 0, "when gather() has thrown, none of its tasks is left", left());

  const int patience = sim.draw("killed after", rc::gen::inRange(0, 50));
  std::vector<Job> slow = {job_of(alive, seconds(1), 1), job_of(alive, seconds(2), 2)};
  const TaskRef gatherer = spawn(
      [&slow]() -> Task<> { const std::vector<int> results = co_await gather(std::move(slow)); });
  co_await sleep(milliseconds(patience));
  co_await kill(gatherer);
  sim.require(alive == 0, "when gather() was killed, none of its tasks is left", left());
}

Task<int> slow_square(int number) {
  co_await sleep(milliseconds(100 * number));
  lesson::say("the square of " + std::to_string(number) + " is ready");
  co_return number* number;
}

Task<> gather_squares(const lesson::Settings&) {
  std::vector<Job> jobs;
  for (const int number : {3, 1, 2}) jobs.push_back([number] { return slow_square(number); });
  const Instant before = now();
  const std::vector<int> squares = co_await gather(jobs);
  lesson::report("the squares of [3, 1, 2] are " + shown(squares) + ", after " +
                 to_string(now() - before));
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L03";
  program.about = "Three slow squares at a time.";
  program.main = gather_squares;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions options = {.faults = FaultClass::none};
  const ExploreOptions timed = {.faults = FaultClass::none, .varies_network = false};
  return {"L03",
          "spawn_join",
          {
              {"results_in_order", "Results come in the order of the jobs, not of their ends.",
               results_in_order, options},
              {"all_at_the_same_time", "All jobs together take as long as the longest of them.",
               all_at_the_same_time, timed},
              {"a_failure_surfaces", "What a job throws is not lost: gather() throws it.",
               a_failure_surfaces, options},
              {"no_task_is_left", "However gather() ends, none of its tasks goes on without it.",
               no_task_is_left, options},
              {"the_first_failure_counts", "Of two jobs that throw, the first in time is heard.",
               the_first_failure_counts, timed},
          },
          demo()};
}

}  // namespace rill::school
