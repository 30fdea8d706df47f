// The guardian: runs a learner's code in a child process, and comes back whatever it does.
//
// A loop that awaits is ended by the scheduler's own bounds. What no scheduler can end - a loop
// that never awaits, a crash, a call that blocks for real - happens in the child; the parent tells
// what became of it, with the place and the task table, and is itself never in danger.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lessons/school/progress.h"

namespace rill::school {

/// How the child ended.
struct Ended {
  enum class How : std::uint8_t {
    returned,  ///< `output` is all that it had to say, `code` its exit code
    crashed,   ///< by a signal: `code` is its number
    endless,   ///< one step took a second of the processor
    blocked,   ///< for seconds no step ended, and the processor was idle
  };
  How how = How::returned;
  int code = 0;
  std::string output;
  std::vector<std::string> places;  ///< where it was, innermost first: "lessons/L08/framing.cc:33"
  std::string table;                ///< the task table, if it could still be made
  std::uint32_t property = 0;       ///< number of the property that was being checked
  std::uint64_t runs = 0;           ///< of that property, with the one that did not come back
  std::string token;                ///< of that one; may be empty
};

/// Runs work(progress, output) in a child process; its result is the exit code. Memory of the child
/// is bounded too: an endless push_back ends with std::bad_alloc. Throws std::system_error when the
/// operating system gives no process.
Ended run_guarded(const std::function<int(Progress&, std::string&)>& work);

}  // namespace rill::school
