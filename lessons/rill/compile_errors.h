// What a learner is shown when an answer does not compile: the first error in the lesson's own
// file, without the noise of templates, and for common mistakes a sentence of explanation.
//
// A pure function of the compiler's output (clang 19; its wording is compared in tests).
#pragma once

#include <string>
#include <string_view>

namespace rill::command {

struct CompileError {
  std::string place;        ///< "lessons/L08_framing/framing.cc:12:21"
  std::string message;      ///< the compiler's
  std::string source;       ///< the line, and the compiler's mark below it
  std::string explanation;  ///< may be empty
  int others = 0;           ///< further errors
};

/// `folder` is the lesson's, as in "lessons/L08_framing/". Errors elsewhere count only if there are
/// none in it. `place` is empty if the log holds no error of a compiler.
CompileError first_error(std::string_view log, std::string_view folder);

}  // namespace rill::command
