// LineSink: where the lines of a trace go. writer.h has a file and a text in memory.
#pragma once

#include <span>
#include <string_view>

#include "scheduler/trace/record.h"

namespace rill::trace {

/// Takes the lines of a trace one by one, in order.
class LineSink {
 public:
  virtual ~LineSink() = default;
  /// Where the next line may be put together, so that write() need not copy it. Good until then.
  virtual std::span<char> room() { return {}; }
  /// `line` is that of an event of `kind`, with its newline; good during the call.
  virtual void write(Kind kind, std::string_view line) = 0;
  /// The last record. Its `events` are those of the run: a sink that left some out says so in it.
  virtual void end(const Record& last) = 0;
  /// Nothing is held back any more: whatever ends the process, it is kept.
  virtual void flush() {}
};

}  // namespace rill::trace
