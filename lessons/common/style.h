// Text for terminals: colours that carry no meaning of their own, widths, and numbers with commas.
// Internal to lessons/common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rill::lesson {

enum class Tint : std::uint8_t { plain, strong, faint, bad, good, lane_0 };

class Style {
 public:
  explicit Style(bool with_colour) : with_colour_(with_colour) {}

  /// `text` in a tint: with escape sequences (ECMA-48, 8.3.117), or as it is.
  std::string operator()(Tint tint, std::string_view text) const;
  static Tint lane(std::size_t number) {
    return static_cast<Tint>(static_cast<std::size_t>(Tint::lane_0) + number);
  }

 private:
  bool with_colour_;
};

/// Whether stdout is a terminal that wants colours: no NO_COLOR (no-color.org), no TERM=dumb.
bool stdout_wants_colour();

/// Columns of a UTF-8 text: its code points. (Wide scripts count as one; our lines have room.)
std::size_t width_of(std::string_view text);

/// With spaces up to `width` columns, before it if `right`.
std::string at_least(std::size_t width, std::string text, bool right = false);
/// Cut to `room` columns, the last of them "…"; as it is if it fits.
std::string shortened(const std::string& text, std::size_t room);
/// In lines of at most `room` columns, broken at spaces where there are any; all but the first are
/// indented by two.
std::vector<std::string> wrapped(std::string text, std::size_t room);

/// 1234567 as "1,234,567".
std::string with_commas(std::uint64_t number);

/// "1 byte", "2 bytes", "1,024 bytes".
std::string counted(std::uint64_t number, std::string_view thing);

}  // namespace rill::lesson
