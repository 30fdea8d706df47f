// A retry storm: who gets no answer in time asks again at once, and the server still works off the
// questions that nobody waits for any more. From some load on, nobody is ever served.
// People write it because a retry helps, as long as the others do not retry too.
#include <memory>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr Duration kWork = milliseconds(20);
constexpr Duration kPatience = milliseconds(70);
constexpr int kMostAttempts = 20;

struct Question {
  Event answered;
  bool is_abandoned = false;
};

struct Desk {
  Channel<std::shared_ptr<Question>> line{1'000};
};

Task<> work_off(Desk& desk, bool is_right) {
  for (;;) {
    const std::optional<std::shared_ptr<Question>> next = co_await desk.line.pop();
    if (!next) co_return;
    if (is_right && (*next)->is_abandoned) continue;  // else wrong: work for nobody
    co_await sleep(kWork);
    (*next)->answered.set();
  }
}

Task<> wait_for(Question& question) { co_await question.answered.wait(); }

Task<> ask(Simulation& sim, Desk& desk, Variant variant) {
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    const auto question = std::make_shared<Question>();
    co_await desk.line.push(question);
    const Outcome outcome = co_await timeout(kPatience, wait_for(*question));
    if (outcome == Outcome::finished) co_return;
    question->is_abandoned = true;
    co_await edited(sim, variant);
    if (variant.is_right) co_await sleep(kPatience * attempt);  // and wrong: at once
  }
  sim.require(false, "everybody is served in the end");
}

}  // namespace

Task<> retry_storm(Simulation& sim, Variant variant) {
  auto& desk = sim.make<Desk>();
  const TaskRef server = spawn(work_off, std::ref(desk), variant.is_right);
  Group clients;
  const int count = sim.draw("clients", rc::gen::inRange(1, 12));
  for (int i = 0; i < count; ++i) {
    clients.spawn(ask, std::ref(sim), std::ref(desk), variant);
    co_await sleep(5_ms);
  }
  co_await clients.wait();
  desk.line.close();
  co_await join(server);
}

}  // namespace rill::planted
