// The page without a run, as pieces of text with a hole behind each. page.cc is made by embed.py.
#pragma once

#include <span>
#include <string_view>

namespace rill::view {

struct PagePiece {
  std::string_view text;
  std::string_view then;  ///< what goes into the hole: "trace-a", ...; empty behind the last piece
};

std::span<const PagePiece> page_pieces();

}  // namespace rill::view
