// See signal.h.
#include "net/signal.h"

#include <string.h>

#include <string>

#include "net/net_error.h"
#include "scheduler/run_options.h"

namespace rill {
namespace {

std::string name_of(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

}  // namespace

Signal::Signal(std::initializer_list<int> numbers) {
  for (const int number : numbers) {
    if (number < 1 || number > 64 || number == SIGKILL || number == SIGSTOP) {
      throw UsageError("signal(): no program can wait for " + name_of(number));
    }
    op_.mask |= std::uint64_t{1} << (number - 1);
  }
}

int Signal::await_resume() {
  const std::int64_t result = consume();
  if (result < 0) throw NetError("signal", "", static_cast<int>(-result));
  return static_cast<int>(result);
}

WaitReport Signal::report() const {
  std::string text;
  for (int number = 1; number <= 64; ++number) {
    if ((op_.mask >> (number - 1) & 1) == 0) continue;
    text += (text.empty() ? "" : " or ") + name_of(number);
  }
  return {.text = text, .is_service = true, .what = "signal"};
}

}  // namespace rill
