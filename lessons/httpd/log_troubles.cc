// See log_troubles.h.
#include "lessons/httpd/log_troubles.h"

#include <algorithm>
#include <utility>

namespace rill::httpd {
namespace {

std::string lines_were_lost(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " line was lost" : " lines were lost");
}

}  // namespace

void LogTroubles::add_log() {
  const std::scoped_lock lock(mutex_);
  ++logs_;
}

void LogTroubles::begin(const std::string& sentence) {
  const std::scoped_lock lock(mutex_);
  if (failing_++ == 0) warn_(sentence);
}

void LogTroubles::end(std::uint64_t lost_lines) {
  const std::scoped_lock lock(mutex_);
  lost_lines_ += lost_lines;
  if (--failing_ > 0) return;
  warn_("access log: works again; " + lines_were_lost(std::exchange(lost_lines_, 0)));
}

void LogTroubles::remove_log(bool is_failing, std::uint64_t lost_lines) {
  const std::scoped_lock lock(mutex_);
  lost_lines_ += lost_lines;
  if (is_failing) --failing_;
  if (--logs_ > 0 || lost_lines_ == 0) return;
  warn_("access log: " + lines_were_lost(std::exchange(lost_lines_, 0)));
}

void LogTroubles::tell_once(std::uint64_t nth, const std::string& sentence) {
  const std::scoped_lock lock(mutex_);
  if (nth <= std::exchange(told_, std::max(told_, nth))) return;
  warn_(sentence);
}

}  // namespace rill::httpd
