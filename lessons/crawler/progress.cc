// See progress.h.
#include "lessons/crawler/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "lessons/common/style.h"

namespace rill::crawler {
namespace {

constexpr Duration kPause = milliseconds(100);

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string progress_line(const ProgressNumbers& numbers, Duration elapsed, std::size_t columns) {
  const std::uint64_t fetched = numbers.done - numbers.done_before;
  const std::uint64_t tenths =
      fetched * 10'000 /
      static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.ns / 1'000'000, 1));
  const std::string text = "  " + lesson::with_commas(numbers.done) + " of " +
                           lesson::counted(numbers.found, "URL") + "   " +
                           lesson::with_commas(tenths / 10) + "." + std::to_string(tenths % 10) +
                           " a second   " + lesson::with_commas(numbers.broken) + " broken   " +
                           lesson::with_commas(numbers.under_way) + " under way";
  return lesson::shortened(text, columns);
}

Progress::Progress(bool is_wanted) {
  if (!is_wanted) return;  // in a simulation nobody may look at the environment
  const char* terminal = std::getenv("TERM");
  is_on_ =
      isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

void Progress::show(const ProgressNumbers& numbers, Duration elapsed) {
  if (!is_on_ || (is_shown_ && elapsed - last_shown_ < kPause)) return;
  const std::string line = progress_line(numbers, elapsed, terminal_columns() - 1);
  std::fprintf(stderr, "\r%s\033[K", line.c_str());  // EL, ECMA-48 8.3.41
  std::fflush(stderr);
  is_shown_ = true;
  last_shown_ = elapsed;
}

void Progress::hide() {
  if (!is_shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  is_shown_ = false;
}

}  // namespace rill::crawler
