// Progress: one line on a terminal that says how far a crawl is, and goes away when it ends.
//
//   37 of 112 URLs   12.4 a second   2 broken   6 under way
//
// Only if stderr is a terminal that can move its cursor (TERM is set and not "dumb"); otherwise
// every call does nothing. No estimate of the end: a site's size is not known before it. Written
// at most ten times a second; whoever prints something else calls hide() first.
// By hand: Debian packages no such library for C or C++ (only for Haskell, Perl, Python and Rust),
// and it is smaller than its glue.
#pragma once

#include <cstdint>
#include <string>

#include "scheduler/time.h"

namespace rill::crawler {

struct ProgressNumbers {
  std::uint64_t done = 0;
  std::uint64_t done_before = 0;  ///< in an earlier sitting: no part of the rate
  std::uint64_t found = 0;
  std::uint64_t broken = 0;
  std::uint64_t under_way = 0;
};

class Progress {
 public:
  explicit Progress(bool is_wanted);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { hide(); }

  /// `elapsed` since the crawl began.
  void show(const ProgressNumbers& numbers, Duration elapsed);
  /// Takes the line away; the cursor is where it was.
  void hide();

 private:
  bool is_on_ = false;
  bool is_shown_ = false;
  Duration last_shown_ = Duration(INT64_MIN / 2);
};

/// The line, at most `columns` wide.
std::string progress_line(const ProgressNumbers& numbers, Duration elapsed, std::size_t columns);

}  // namespace rill::crawler
