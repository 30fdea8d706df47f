// The rows of a story and how they are drawn: lanes of hosts, arrows between them, text beside.
// Internal to lessons/common. Knows no event and no network; story.h makes rows out of those.
//
// Rows come in the order in which things leave; an arrival is filled in when it happens. Memory is
// bounded: the first and the last rows are kept, what is between is only counted.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "scheduler/time.h"

namespace rill::lesson {

struct Row {
  enum class Kind : std::uint8_t {
    local,      ///< at one host
    message,    ///< from one host to another
    handshake,  ///< there and back: a connection
    broken      ///< a message that ends something: reset, refused
  };

  /// Bytes that left as one segment.
  struct Piece {
    std::string text;
    std::uint64_t size_bytes = 0;  ///< the text may be only its beginning, or missing
    Instant arrives = Instant::never();
  };

  Kind kind = Kind::local;
  std::uint32_t from = 0;              ///< lane
  std::uint32_t to = 0;                ///< lane; unused for local
  Instant leaves;                      ///< never(): not known
  Instant arrives = Instant::never();  ///< never(): it has not
  std::string who;                     ///< the host, if it shares its lane with others
  std::string text;                    ///< for a person; if empty, the pieces are shown
  std::vector<Piece> pieces;           ///< what left at the same time on the same connection
  std::uint64_t size_bytes = 0;        ///< of all pieces, kept or not
};

class Picture {
 public:
  static constexpr std::size_t kWidth =
      80;  ///< columns: a terminal's; a little more for 5 and 6 lanes
  static constexpr std::size_t kMostLanes = 6;
  static constexpr std::size_t kKeptPieces = 8;  ///< of a row; one with more is drawn as one line
  static constexpr std::size_t kKeptBytes = 80;  ///< of each piece: more never fits a line

  explicit Picture(std::size_t most_rows) : most_rows_(most_rows) {}

  /// The lane of a host; new names get the next one, and the last one is shared by all later hosts.
  std::uint32_t lane(std::string_view name);
  bool is_shared(std::uint32_t lane) const { return lane + 1 == kMostLanes && shared_; }

  /// Its number, for row().
  std::uint64_t add(Row row);
  /// Null once it was left out.
  Row* row(std::uint64_t number);
  std::uint64_t size() const { return count_; }

  std::string draw(bool with_colour) const;

 private:
  struct Pen;

  std::size_t most_first() const { return most_rows_ / 3 * 2; }
  std::size_t most_last() const { return most_rows_ - most_first() - 1; }

  std::size_t most_rows_;
  std::vector<std::string> lanes_;
  bool shared_ = false;
  std::vector<Row> first_;
  std::deque<Row> last_;
  std::uint64_t count_ = 0;
  std::uint64_t left_out_bytes_ = 0;
};

}  // namespace rill::lesson
