// A learner's answer, about to be run: built, or shown why it cannot be. What work.cc and look.cc
// share.
#pragma once

#include <string>

#include "lessons/rill/learner.h"

namespace rill::command {

/// Builds the learner's answer, or shows why not: then the exit code is in `code`.
bool is_built(const Desk& desk, const LessonFolder& lesson, int& code);

/// The lesson whose name is in the token. Throws Stop.
const LessonFolder& lesson_of_token(const Desk& desk, const std::string& token);

/// The line that ends a screen: a command and a remark on it, or, below watch, what to do instead.
void say_next(const Desk& desk, const std::string& command, const std::string& remark = "",
              const std::string& below_watch = "");

}  // namespace rill::command
