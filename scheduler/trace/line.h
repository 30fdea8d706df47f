// A record, or the header, as its line of the file: one JSON object, fields in the order of
// schema.h, no spaces, a newline. The same record is the same bytes everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "scheduler/trace/live_record.h"
#include "scheduler/trace/record.h"

namespace rill::trace {

/// One line at a time, in a block of memory that is used again and again.
class Line {
 public:
  /// Takes the place of the line before.
  void set(const Header& header);
  void set(const Record& record);
  void set(const LiveRecord& record);

  /// With its newline. Good until the next set().
  std::string_view text() const {
    return {start_.get(), static_cast<std::size_t>(end_ - start_.get())};
  }
  /// Where the values of holes belong, in the order of the line.
  const std::array<std::size_t, 2>& holes() const { return holes_; }

 private:
  friend class LineArchive;

  char* room(std::size_t size_bytes) {
    if (static_cast<std::size_t>(limit_ - end_) < size_bytes) [[unlikely]]
      grow(size_bytes);
    return end_;
  }
  void grow(std::size_t size_bytes);
  template <class SomeRecord>
  void set_record(const SomeRecord& record);
  void begin();
  void finish();

  std::unique_ptr<char[]> start_;
  char* end_ = nullptr;
  char* limit_ = nullptr;
  std::array<std::size_t, 2> holes_{};
  std::size_t hole_ = 0;
};

void append_line(std::string& to, const Header& header);
void append_line(std::string& to, const Record& record);

}  // namespace rill::trace
