// A trace file, or its text, read back.
//
// What a later version of the same number adds - kinds, fields - is skipped. Another number is
// refused. A run that was killed leaves a file without an end, whose last line may be torn: that is
// no error, and the Log says so (is_whole, is_torn). Everything else that is not as docs/trace.md
// has it is refused in a sentence that names the line.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "scheduler/trace/record.h"

namespace rill::trace {

/// what() is the sentence.
class ReadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `name` stands for the text in messages: a path.
Log read(std::string_view text, std::string_view name = "the trace");
/// Also for a file that cannot be read: ReadError.
Log read_file(const std::string& path);

/// How many events did not fit a bound when it was written: header and end say the same, if both
/// do.
std::uint64_t left_out_events(const Log& log);

/// A sentence about what is missing in it, for people; empty if nothing is.
std::string what_is_missing(const Log& log);

}  // namespace rill::trace
