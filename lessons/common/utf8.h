// UTF-8, one code point at a time, strictly as RFC 3629 has it: no overlong forms, no surrogates,
// nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <string_view>

namespace rill::lesson {

struct CodePoint {
  std::uint32_t code = 0;
  std::size_t size_bytes = 1;
  bool is_valid = false;  ///< false: one byte that is no part of UTF-8, or of a cut code point
};

/// What `bytes`, which are not empty, begin with.
CodePoint first_code_point(std::string_view bytes);

}  // namespace rill::lesson
