// The lambdas in a text that are handed to spawn(), and what they hold. Internal to remarks.cc.
//
// Not a parser of C++: it knows comments, literals and brackets, which is enough for what learners
// write; what it does not understand it does not mention.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rill::command {

/// `text` with spaces for comments and for what is in literals: lines and places stay.
std::string code_of(std::string_view text);

struct SpawnedLambda {
  std::size_t at = 0;           ///< its place in the code
  bool has_references = false;  ///< [&], [&x], [this]: of variables that it does not own
  bool is_called = false;       ///< spawn([x] { ... }()): the task is spawned, the lambda is gone
  bool is_of_group = false;     ///< group.spawn(...): ended with its scope
  bool is_joined = false;       ///< join(spawn(...)): waited for in the same statement
};

/// Those with captures, in the order of the text. `code` is what code_of() gives.
std::vector<SpawnedLambda> spawned_lambdas(std::string_view code);

}  // namespace rill::command
