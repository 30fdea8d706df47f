// Bytes and times as a person reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rill::print {

struct Quoting {
  std::size_t most_characters = 40;
  bool keeps_utf8 = false;       ///< else the result is plain ASCII, but for `cut`
  std::string_view cut = "...";  ///< stands behind the quotes of what was cut off
};

/// Bytes in quotes, as C++ would have them: "hello\n", "\x1b[2J". What a terminal would act upon is
/// escaped, so no stream can give the reader's terminal orders.
std::string quoted(std::string_view bytes, const Quoting& quoting = {});

/// 6'476'000 ns -> "6.476".
std::string milliseconds(std::uint64_t ns);

}  // namespace rill::print
