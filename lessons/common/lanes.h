// One line of a picture's lanes: a vertical line for each host, and on it a sign or an arrow.
// Internal to lessons/common; the picture is in picture.h.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "lessons/common/picture.h"
#include "lessons/common/style.h"

namespace rill::lesson {

/// One line of the lanes, cell by cell.
class Lanes {
 public:
  static constexpr std::size_t kLeastWidth = 8;
  static constexpr std::size_t kMostWidth = 12;
  /// Columns that are left out right of the last lane.
  static constexpr std::size_t gap(std::size_t width) { return width / 2 - 2; }

  /// `width`: columns from one lane to the next.
  Lanes(std::size_t lanes, std::size_t width, const Style& style)
      : style_(style), width_(width), cells_(lanes * width, Cell{" ", Tint::plain}) {
    for (std::size_t lane = 0; lane < lanes; ++lane) cells_[centre(lane)] = {"│", Tint::faint};
  }

  void put(std::size_t lane, const char* glyph, Tint tint) { cells_[centre(lane)] = {glyph, tint}; }

  void arrow(const Row& row) {
    const Tint tint =
        row.kind == Row::Kind::broken ? Tint::bad : Style::lane(std::max(row.from, row.to));
    const bool to_the_right = row.to > row.from;
    const char* line = row.kind == Row::Kind::broken ? "╌" : "─";
    const std::size_t left = centre(std::min(row.from, row.to));
    const std::size_t right = centre(std::max(row.from, row.to));
    for (std::size_t i = left + 1; i < right; ++i) {
      cells_[i] = {cells_[i].glyph == std::string("│") ? "┼" : line, tint};
    }
    cells_[centre(row.from)] = {to_the_right ? "├" : "┤", tint};
    const char* head = row.kind == Row::Kind::broken ? "✗" : to_the_right ? "▶" : "◀";
    cells_[to_the_right ? right - 1 : left + 1] = {head, tint};
    if (row.kind == Row::Kind::handshake) {
      cells_[centre(row.from)] = {"│", Tint::faint};
      cells_[to_the_right ? left + 1 : right - 1] = {to_the_right ? "◀" : "▶", tint};
    }
  }

  std::string text() const {
    std::string text;
    const std::size_t end = cells_.size() - gap(width_);
    for (std::size_t i = 0; i < end;) {
      std::string run;
      const Tint tint = cells_[i].tint;
      for (; i < end && cells_[i].tint == tint; ++i) run += cells_[i].glyph;
      text += style_(tint, run);
    }
    return text;
  }

 private:
  struct Cell {
    const char* glyph;
    Tint tint;
  };
  std::size_t centre(std::size_t lane) const { return lane * width_ + (width_ - 1) / 2; }

  const Style& style_;
  std::size_t width_;
  std::vector<Cell> cells_;
};

}  // namespace rill::lesson
