// A trace file, or its text, read back.
//
// What a later version of the same number adds - kinds, fields - is skipped. Another number is
// refused. A run that was killed leaves a file without an end, whose last line may be torn: that is
// no error, and the Log says so (is_whole, is_torn). Everything else that is not as docs/trace.md
// has it is refused in a sentence that names the line.
#pragma once

#include <cstddef>
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
/// Line by line. ReadError also for a file that cannot be read, or has more than `most_records`
/// events: in memory one takes about a kilobyte.
inline constexpr std::size_t kMostRecords = 1'000'000;
Log read_file(const std::string& path, std::size_t most_records = kMostRecords);

/// A sentence about what is missing in it, for people; empty if nothing is.
std::string what_is_missing(const Log& log);

}  // namespace rill::trace
