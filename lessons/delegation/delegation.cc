// Delegation: coroutines that call coroutines. Values come back, and exceptions too.
//
//   ./rill run delegation
//   ./rill run delegation --real     the same lines: nothing here needs a network
//
// `co_await child()` and Bluelet's `call(child())` are one and the same: the child runs as a part
// of its caller's task, and may suspend at any depth. spawn() is the other thing: a task of its
// own, whose exception goes to whoever joins it.
#include <stdexcept>

#include "lessons/common/program.h"
#include "lessons/common/say.h"
#include "scheduler/api.h"

namespace rill::lesson {
namespace {

// ---- a value, through two levels

Task<int> grandchild() {
  say("    grandchild ends with 42, from the middle of a loop");
  for (;;) {
    co_await null();
    co_await end(42);
  }
}

Task<int> child() {
  say("  child starts, and calls grandchild");
  const int answer = co_await call(grandchild());
  say("  child got " + std::to_string(answer) + ", and returns one less");
  co_return answer - 1;
}

Task<int> parent() {
  say("parent starts, and calls child");
  const int answer = co_await child();
  say("parent got " + std::to_string(answer));
  co_return answer;
}

// ---- an exception, through a call and through a join

Task<> fails() {
  co_await null();
  throw std::runtime_error("out of milk");
}

Task<> catches() {
  try {
    co_await call(fails());
  } catch (const std::runtime_error& error) {
    say("caller caught '" + std::string(error.what()) + "' at its await");
  }
}

Task<> joins() {
  TaskRef shopper = spawn(fails()).named("shopper");
  try {
    co_await join(shopper);
  } catch (const std::runtime_error& error) {
    say("joiner caught '" + std::string(error.what()) + "' from " + shopper.name());
  }
}

Task<> delegation(const Settings&) {
  const int answer = co_await parent();
  co_await catches();
  co_await joins();
  report("the value came back as " + std::to_string(answer) +
         ", and both exceptions reached who asked");
}

}  // namespace
}  // namespace rill::lesson

int main(int argc, char** argv) {
  using namespace rill::lesson;
  Program program;
  program.name = "delegation";
  program.about = "Coroutines call coroutines: values come back, and exceptions too.";
  program.examples =
      "  ./rill run delegation            with virtual time, which does not pass\n"
      "  ./rill run delegation --real     the same lines\n";
  program.main = delegation;
  program.next_command = "./rill run ipc";
  return run_program(program, argc, argv);
}
