// Sleepy: tasks that sleep side by side, in one thread.
//
//   ./rill run sleepy            five seconds pass at once: simulated time jumps
//   ./rill run sleepy --real     five seconds pass
//
// Four sleepers go to bed in one order and wake up in another, and all together take as long as the
// longest. A sleeping task is a frame and a timer, so a hundred thousand of them are no more
// trouble.
#include "lessons/common/program.h"
#include "lessons/common/say.h"
#include "scheduler/api.h"

namespace rill::lesson {
namespace {

Task<> sleeper(int seconds_long) {
  const std::string length = std::to_string(seconds_long) + " s";
  say("goes to sleep for " + length);
  co_await sleep(seconds(seconds_long));
  say("wakes up after " + length);
}

Task<> sleepy(const Settings&) {
  const Instant evening = now();
  Group sleepers;
  int total = 0;
  for (const int length : {5, 1, 3, 0}) {
    sleepers.spawn(sleeper, length);
    total += length;
  }
  co_await sleepers.wait();
  report("4 sleepers slept " + std::to_string(total) + " s, and it took " +
         std::to_string((now() - evening).ns / 1'000'000'000) + " s");
}

}  // namespace
}  // namespace rill::lesson

int main(int argc, char** argv) {
  using namespace rill::lesson;
  Program program;
  program.name = "sleepy";
  program.about = "Four tasks sleep side by side, and wake up in another order.";
  program.examples =
      "  ./rill run sleepy            in simulated time, which jumps\n"
      "  ./rill run sleepy --real     in five seconds of yours\n";
  program.main = sleepy;
  program.next_command = "./rill run sleepy --real";
  return run_program(program, argc, argv);
}
