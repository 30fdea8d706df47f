// A record, or the header, as its line of the file: one JSON object, fields in the order of
// schema.h, no spaces, a newline. The same record is the same bytes everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "scheduler/trace/live_record.h"
#include "scheduler/trace/record.h"

namespace rill::trace {

/// One line at a time, in a block of memory that is used again and again.
class Line {
 public:
  Line() : block_(new char[2 * kRoomBytes]), block_bytes_(2 * kRoomBytes) {}

  /// Takes the place of the line before.
  void set(const Header& header);
  void set(const Record& record);
  /// At the beginning of `there`, if there is room for it.
  void set(const LiveRecord& record, std::span<char> there = {});

  /// With its newline. Good until the next set(), and while `there` is.
  std::string_view text() const { return {start_, size_bytes_}; }
  /// Where the values of holes belong, in the order of the line.
  const std::array<std::size_t, 2>& holes() const { return holes_; }

 private:
  friend class LineArchive;

  /// For all that is short in a line: names of fields, numbers, words. It is there behind each long
  /// text, so that those alone have to ask for room.
  static constexpr std::size_t kRoomBytes = 2048;

  char* begin(std::span<char> there);
  /// `at` in a larger block.
  char* grow(char* at, std::size_t size_bytes);
  char* room(char* at, std::size_t size_bytes) {
    if (limit_ - at < static_cast<std::ptrdiff_t>(size_bytes)) [[unlikely]]
      return grow(at, size_bytes);
    return at;
  }
  [[gnu::noinline]] char* put(char* at, const Borrowed& value);
  [[gnu::noinline]] char* put_data(char* at, const Borrowed& value);

  std::unique_ptr<char[]> block_;
  std::size_t block_bytes_;
  char* start_ = nullptr;  // of the line: in the block, or in somebody else's
  char* limit_ = nullptr;  // behind it are kRoomBytes
  std::size_t size_bytes_ = 0;
  std::array<std::size_t, 2> holes_{};
  std::size_t hole_ = 0;
  NextNumber n_;
  SameNumber t_;
};

void append_line(std::string& to, const Header& header);
void append_line(std::string& to, const Record& record);

}  // namespace rill::trace
