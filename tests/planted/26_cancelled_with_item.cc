// A cancelled worker takes its item along: it had taken it from the queue, and had not done it.
// People write it because killing a worker and starting another looks like continuing.
#include <deque>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Jobs {
  std::deque<int> todo;
  int done = 0;
};

struct Claim {  // the right way: what was not done goes back
  Jobs& jobs;
  int job;
  bool is_done = false;
  ~Claim() {
    if (!is_done) jobs.todo.push_front(job);
  }
};

Task<> work(Jobs& jobs, bool is_right) {
  while (!jobs.todo.empty()) {
    const int job = jobs.todo.front();
    jobs.todo.pop_front();
    std::optional<Claim> claim;
    if (is_right) claim.emplace(jobs, job);  // else wrong: it dies with us
    co_await sleep(3_ms);
    ++jobs.done;
    if (claim) claim->is_done = true;
    claim.reset();
    co_await sleep(7_ms);  // between two jobs
  }
}

}  // namespace

Task<> cancelled_with_item(Simulation& sim, Variant variant) {
  auto& jobs = sim.make<Jobs>();
  for (int i = 0; i < 6; ++i) jobs.todo.push_back(i);
  const TaskRef first = spawn(work, std::ref(jobs), variant.is_right);
  co_await sleep(milliseconds(sim.draw("replaced after", rc::gen::inRange(1, 60))));
  co_await edited(sim, variant);
  co_await kill(first);
  co_await join(spawn(work, std::ref(jobs), variant.is_right));
  sim.require(jobs.done == 6, "every job is done");
}

}  // namespace rill::planted
