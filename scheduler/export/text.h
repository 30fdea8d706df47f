// Texts of a trace as they may stand in other languages: on one line, valid UTF-8, nothing that a
// terminal or a parser would act upon.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rill::exports {

/// The text on one line: control characters and separators of lines become spaces, bytes that are
/// no UTF-8 become '?'; cut off (and said so, by "...") beyond about `most_bytes`.
std::string one_line(std::string_view text, std::size_t most_bytes = 200);

/// Bytes in quotes, as C++ would have them, cut off beyond about `most_bytes`. Plain ASCII.
std::string quoted_bytes(std::string_view bytes, std::size_t most_bytes = 24);

/// 2000000: "2.000ms".
std::string milliseconds_text(std::uint64_t ns);

/// A string of JSON, with its quotes. Plain ASCII, whatever the text.
std::string json_text(std::string_view text);

}  // namespace rill::exports
