// The viewer: a run, or two, as one HTML file that opens offline and needs nothing else.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"
#include "scheduler/view/sources.h"

namespace rill::view {

struct HtmlOptions {
  std::string title = {};             ///< "" is the program's name and seed
  const trace::Log* other = nullptr;  ///< a second run to compare with, or null
  /// Where the program's sources may be. The page holds the lines that the trace speaks of, as they
  /// are when it is made; without them it says file and line alone.
  std::vector<std::filesystem::path> sources = source_folders();
};

/// The page: page/index.html with its style and scripts, and the traces in it as data. Nothing that
/// a trace holds can end its data block; scripts put it on the screen as text only. A function of
/// its arguments and of the sources, byte for byte. What the page can do: docs/viewer.md.
std::string to_html(const trace::Log& log, const HtmlOptions& options = {});

}  // namespace rill::view
