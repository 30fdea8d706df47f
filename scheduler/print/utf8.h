// UTF-8, one code point at a time, strictly as RFC 3629 has it: no overlong forms, no surrogates,
// nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <string_view>

namespace rill::print {

struct CodePoint {
  std::uint32_t code = 0;
  std::size_t size_bytes = 1;
  bool is_valid = false;  ///< false: one byte that is no part of UTF-8, or of a cut code point
};

/// Whether a terminal or a parser acts upon it, instead of showing it: what ends a line, moves the
/// cursor, turns the direction of writing, or is no character.
bool is_acted_upon(std::uint32_t code);

/// What `bytes`, which are not empty, begin with.
CodePoint first_code_point(std::string_view bytes);

}  // namespace rill::print
