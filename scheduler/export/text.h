// Texts of a trace as they may stand in other languages: on one line, valid UTF-8, nothing that a
// terminal or a parser would act upon.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scheduler/print/print.h"
#include "scheduler/trace/record.h"

namespace rill::exports {

/// Of bytes in a label.
inline constexpr print::Quoting kShort = {.most_characters = 24};

/// The text on one line: control characters and separators of lines become spaces, bytes that are
/// no UTF-8 become '?'; cut off (and said so, by "...") beyond about `most_bytes`.
std::string one_line(std::string_view text, std::size_t most_bytes = 200);

/// By what a simulated run is told from others: "seed 7 but for 2 choices"; empty without a seed.
std::string seed_words(const trace::Header& header);

/// A string of JSON, with its quotes. Plain ASCII, whatever the text.
std::string json_text(std::string_view text);

}  // namespace rill::exports
