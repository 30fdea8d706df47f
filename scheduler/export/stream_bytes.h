// StreamBytes: what a trace knows of the bytes of one direction of a connection, by offset: a
// segment says only which bytes it carries, and the sends have them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::exports {

class StreamBytes {
 public:
  /// A send, or where there is none, a recv at the other end. It must outlive this.
  void add(const trace::Record& record) { pieces_.push_back(&record); }
  /// After the last add(), before the first question.
  void sort();

  /// The bytes from `offset` on. What the trace has not kept is zeros, and counted in `unknown`.
  std::string bytes(std::uint64_t offset, std::uint64_t size_bytes, std::uint64_t& unknown) const;
  /// The event that brought the byte at `offset`; null: the trace does not have it.
  const trace::Record* source(std::uint64_t offset) const;

 private:
  /// The first that may have bytes from `offset` on.
  std::size_t first(std::uint64_t offset) const;

  std::vector<const trace::Record*> pieces_;
};

}  // namespace rill::exports
