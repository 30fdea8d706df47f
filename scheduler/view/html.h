// The viewer: a run, or two, as one HTML file that opens offline and needs nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::view {

/// What goes down the page when it opens; a key changes it.
enum class Axis : std::uint8_t { steps, time };

struct HtmlOptions {
  std::string title = {};             ///< "" is the program's name and seed
  const trace::Log* other = nullptr;  ///< a second run to compare with, or null
  Axis axis = Axis::steps;
  /// Folders in which "lessons/echo/echo.cc" may be, as it was compiled. The page holds the lines
  /// that the trace speaks of, as they are when it is made; else it says file and line alone.
  std::vector<std::filesystem::path> sources = {"."};
};

/// The page: page/index.html with its style and scripts, and the traces in it as data. Nothing that
/// a trace holds can end its data block; scripts put it on the screen as text only. A function of
/// its arguments and of the sources, byte for byte. What the page can do: docs/viewer.md.
std::string to_html(const trace::Log& log, const HtmlOptions& options = {});

}  // namespace rill::view
