// How the command ends: its exit codes, and the exception that carries a sentence to main().
#pragma once

#include <stdexcept>
#include <string>

namespace rill::command {

enum class ExitCode : int {
  passed = 0,
  failed = 1,
  does_not_compile = 2,  ///< also wrong use of the command
  our_fault = 3,         ///< the harness, not the learner's code
  budget_used_up = 4,
};

/// Ends the command with a sentence on standard error.
class Stop : public std::runtime_error {
 public:
  Stop(const std::string& sentence, ExitCode code) : std::runtime_error(sentence), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace rill::command
