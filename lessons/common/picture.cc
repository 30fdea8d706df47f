// How rows are kept and drawn. See picture.h.
#include "lessons/common/picture.h"

#include <algorithm>

#include "lessons/common/lanes.h"
#include "lessons/common/say.h"
#include "lessons/common/style.h"

namespace rill::lesson {
namespace {

constexpr std::size_t kTimeWidth = 10;
constexpr Instant kNever = Instant::never();
constexpr std::size_t kLeastRoom = 20;  // for the text, even if a line gets longer than kWidth
constexpr std::size_t kMostTextLines = 3;

/// Milliseconds with three decimals; nothing for what has not happened.
std::string time_text(Instant at) {
  if (at == Instant::never()) return at_least(kTimeWidth, "-", true);
  const std::int64_t us = at.ns / 1000;
  std::string decimals = std::to_string(us % 1000);
  decimals.insert(0, 3 - decimals.size(), '0');
  return at_least(kTimeWidth, std::to_string(us / 1000) + "." + decimals, true);
}

/// Bytes in at most `room` columns: the pieces as they were cut, as many as fit.
std::string bytes_text(const std::vector<Row::Piece>& pieces, std::uint64_t size_bytes,
                       std::size_t room) {
  std::string all;
  std::uint64_t shown_bytes = 0;
  for (const Row::Piece& piece : pieces) {
    all += (all.empty() ? "" : " ") + in_quotes(piece.text, room);
    shown_bytes += piece.text.size();
  }
  if (shown_bytes == size_bytes && width_of(all) <= room) return all;
  if (shown_bytes == 0) return counted(size_bytes, "byte") + " for nobody";
  const std::string total = " " + counted(size_bytes, "byte");
  std::size_t left = room > total.size() + 1 ? room - total.size() - 1 : 1;
  std::string text;
  for (const Row::Piece& piece : pieces) {
    const std::size_t needed = (text.empty() ? 0 : 1) + 3;  // space, quotes, dots
    if (left < needed + 4) break;                           // too little to tell anything
    const std::string next = (text.empty() ? "" : " ") + in_quotes(piece.text, left - needed);
    left -= std::min(left, width_of(next));
    text += next;
    if (next.ends_with("…")) return text + total;
  }
  return text + "…" + total;
}

}  // namespace

std::uint32_t Picture::lane(std::string_view name) {
  const auto found = std::find(lanes_.begin(), lanes_.end(), name);
  if (found != lanes_.end()) return static_cast<std::uint32_t>(found - lanes_.begin());
  if (lanes_.size() < kMostLanes) {
    lanes_.emplace_back(name);
  } else {
    lanes_.back() = "others";
    shared_ = true;
  }
  return static_cast<std::uint32_t>(lanes_.size() - 1);
}

std::uint64_t Picture::add(Row row) {
  if (first_.size() < most_first()) {
    first_.push_back(std::move(row));
  } else {
    last_.push_back(std::move(row));
    if (last_.size() > most_last() + 1) {  // one more: a fold of a single row would be silly
      left_out_bytes_ += last_.front().size_bytes;
      last_.pop_front();
    }
  }
  return count_++;
}

Row* Picture::row(std::uint64_t number) {
  if (number < first_.size()) return &first_[number];
  const std::uint64_t first_of_last = count_ - last_.size();
  return number >= first_of_last ? &last_[number - first_of_last] : nullptr;
}

/// What draw() needs at every row.
struct Picture::Pen {
  const Style style;
  const std::size_t lanes;
  const std::size_t width;  ///< of a lane
  const bool has_arrows = lanes > 1;
  const std::size_t left = 2 + kTimeWidth + (has_arrows ? kTimeWidth : 0) + 2;
  const std::size_t taken = left + lanes * width - Lanes::gap(width);
  const std::size_t room = taken + kLeastRoom < kWidth ? kWidth - taken : kLeastRoom;

  std::string line(const Row& row, Instant arrives, const std::string& words) const {
    Lanes drawn(lanes, width, style);
    const bool is_local = row.from == row.to;
    if (is_local) {
      drawn.put(row.from, "●", Style::lane(row.from));
    } else {
      drawn.arrow(row);
    }
    std::string text = "  " + (row.leaves == Instant::never() ? std::string(kTimeWidth, ' ')
                                                              : time_text(row.leaves));
    if (has_arrows) {
      text += style(Tint::faint, is_local ? std::string(kTimeWidth, ' ') : time_text(arrives));
    }
    const Tint tint = row.kind == Row::Kind::broken ? Tint::bad : Tint::plain;
    return text + "  " + drawn.text() + style(tint, words) + "\n";
  }

  /// A row with a text, continued on further lines where it is too long for one.
  std::string worded(const Row& row, const std::string& who) const {
    std::vector<std::string> words = wrapped(who + row.text, room);
    if (words.size() > kMostTextLines) {
      words.resize(kMostTextLines);
      words.back() = shortened(words.back() + "  ", width_of(words.back()) + 1);
    }
    std::string text = line(row, row.arrives, words.front());
    for (std::size_t i = 1; i < words.size(); ++i) {
      text += std::string(left, ' ') + Lanes(lanes, width, style).text() + words[i] + "\n";
    }
    return text;
  }

  std::string draw(const Row& row) const {
    const std::string who = row.who.empty() ? "" : row.who + ": ";
    const std::size_t words_room = room > who.size() ? room - who.size() : 1;
    if (!row.text.empty()) return worded(row, who);
    if (row.pieces.size() > kKeptPieces) {
      return line(row, row.pieces.back().arrives,
                  who + bytes_text(row.pieces, row.size_bytes, words_room));
    }
    std::string text;  // one line for what left together and arrived together
    for (auto first = row.pieces.begin(); first != row.pieces.end();) {
      const auto last = std::find_if(first, row.pieces.end(), [&](const Row::Piece& piece) {
        return piece.arrives != first->arrives;
      });
      const std::vector<Row::Piece> together(first, last);
      std::uint64_t bytes = 0;
      for (const Row::Piece& piece : together) bytes += piece.size_bytes;
      text += line(row, first->arrives, who + bytes_text(together, bytes, words_room));
      first = last;
    }
    return text;
  }

  std::string fold(std::uint64_t rows, std::uint64_t bytes) const {
    Lanes drawn(lanes, width, style);
    for (std::size_t lane = 0; lane < lanes; ++lane) drawn.put(lane, "⋮", Tint::faint);
    const std::string words = with_commas(rows) + " more" +
                              (bytes > 0 ? ", " + counted(bytes, "byte") : std::string()) +
                              "; see --full";
    return std::string(left, ' ') + drawn.text() + style(Tint::faint, words) + "\n";
  }

  /// What the signs mean that this picture has.
  std::string legend(bool has_cuts, bool has_losses) const {
    std::string text;
    if (has_cuts) text = R"("a" "b": left at once, in two pieces)";
    if (has_losses) text += std::string(text.empty() ? "" : "      ") + "-: reached nobody";
    return text.empty() ? "" : "\n  " + style(Tint::faint, text) + "\n";
  }

  std::string head(const std::vector<std::string>& names) const {
    std::string text = "  " + at_least(kTimeWidth, has_arrows ? "leaves" : "time", true) +
                       (has_arrows ? at_least(kTimeWidth, "arrives", true) : "") + "  ";
    text = style(Tint::faint, text);
    for (std::size_t lane = 0; lane < names.size(); ++lane) {
      const std::string name = shortened(names[lane], width - 1);
      const std::size_t before = (width - width_of(name)) / 2;
      const bool is_last = lane + 1 == names.size();
      text +=
          style(Style::lane(lane), at_least(is_last ? 0 : width, std::string(before, ' ') + name));
    }
    return text + "\n";
  }
};

std::string Picture::draw(bool with_colour) const {
  std::size_t width = Lanes::kLeastWidth;
  for (const std::string& name : lanes_) width = std::max(width, width_of(name) + 1);
  width = std::min(width, lanes_.size() <= 3 ? Lanes::kMostWidth : Lanes::kLeastWidth);
  const Pen pen{Style(with_colour), lanes_.size(), width};
  std::string text = pen.head(lanes_);
  for (const Row& row : first_) text += pen.draw(row);
  const std::uint64_t left_out = count_ - first_.size() - last_.size();
  if (left_out > 0) text += pen.fold(left_out, left_out_bytes_);
  for (const Row& row : last_) text += pen.draw(row);

  bool has_cuts = false;
  bool has_losses = false;
  const auto look = [&](const Row& row) {
    has_cuts |= row.pieces.size() > 1;
    const bool is_local = row.from == row.to;
    const bool has_bytes = !row.pieces.empty();
    has_losses |= !is_local && (has_bytes ? row.pieces.back().arrives : row.arrives) == kNever;
  };
  for (const Row& row : first_) look(row);
  for (const Row& row : last_) look(row);
  return text + pen.legend(has_cuts, has_losses);
}

}  // namespace rill::lesson
