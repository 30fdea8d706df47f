// See access_log.h.
#include "lessons/httpd/access_log.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill::httpd {
namespace {

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

bool is_full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

}  // namespace

AccessLog::AccessLog(LogSink& sink, AccessFormat format, Metrics& metrics, LogTroubles& troubles)
    : sink_(sink), formatter_(format), metrics_(metrics), troubles_(troubles) {
  troubles_.add_log();
}

void AccessLog::add(const Access& access) {
  const std::size_t before = gathering_.size();
  if (before + writing_.size() >= kMostBytes) return lose_line();
  formatter_.append(gathering_, access);
  if (before == 0 || gathering_.size() >= kUrgentBytes) news_.set();
}

void AccessLog::reopen() {
  wants_reopen_ = true;
  news_.set();
}

bool AccessLog::is_urgent() const {
  if (wants_reopen_ || is_closing_) return true;
  // While the sink fails, more lines are no reason to hurry.
  return error_ == 0 && gathering_.size() >= kUrgentBytes;
}

Task<> AccessLog::write_lines() {
  for (;;) {
    while (gathering_.empty() && writing_.empty() && !wants_reopen_ && !is_closing_) {
      news_.clear();
      co_await news_.wait();
    }
    co_await write_out();
    if (std::exchange(wants_reopen_, false)) {
      reopen_now();
      continue;
    }
    const bool is_done = writing_.empty() && gathering_.empty();
    if (is_closing_ && (is_done || error_ != 0)) break;
    const Outcome outcome = co_await timeout(error_ != 0 ? kRetry : kPause, wait_until_urgent());
    static_cast<void>(outcome);  // either way: look again
  }
  closed_.set();
}

/// All there is, unless the sink fails.
Task<> AccessLog::write_out() {
  for (;;) {
    if (writing_.empty()) {
      if (gathering_.empty()) co_return;
      std::swap(writing_, gathering_);
    }
    const std::int64_t taken = co_await sink_.write(next_piece());
    if (taken < 0) {
      note_failure(static_cast<int>(-taken));
      co_return;
    }
    error_ = 0;
    metrics_.log_lines.add(lines_in(
        std::string_view(writing_).substr(written_bytes_, static_cast<std::size_t>(taken))));
    written_bytes_ += static_cast<std::size_t>(taken);
    if (written_bytes_ < writing_.size()) continue;
    writing_.clear();
    written_bytes_ = 0;
    if (gathering_.empty()) note_success();
  }
}

/// Whole lines, up to kWholeBytes; or one that is longer, since a file takes that in one go, too,
/// and between two parts of it another worker's line could come.
std::string_view AccessLog::next_piece() const {
  std::string_view piece = std::string_view(writing_).substr(written_bytes_);
  if (piece.size() <= kWholeBytes) return piece;
  std::size_t end = piece.rfind('\n', kWholeBytes - 1);
  if (end == piece.npos) end = piece.find('\n');
  return piece.substr(0, end + 1);
}

Task<> AccessLog::wait_until_urgent() {
  while (!is_urgent()) {
    news_.clear();
    co_await news_.wait();
  }
}

void AccessLog::lose_line() {
  ++lost_;
  metrics_.log_lines_lost.add();
  if (std::exchange(is_failing_, true)) return;
  troubles_.begin("access log: " + sink_.name() + " does not take lines as fast as they come; " +
                  "what does not fit into memory is lost until it does");
}

void AccessLog::note_failure(int error) {
  error_ = error;
  if (std::exchange(is_failing_, true)) return;
  troubles_.begin("access log: " + std::generic_category().message(error) +
                  "; lines are lost until " +
                  (is_full(error) ? "there is room" : "it works again"));
}

void AccessLog::note_success() {
  if (!std::exchange(is_failing_, false)) return;
  troubles_.end(std::exchange(lost_, 0));
}

void AccessLog::reopen_now() {
  ++reopened_;
  const int error = sink_.reopen();
  if (error != 0) {
    troubles_.tell_once(reopened_, "access log: cannot open " + sink_.name() +
                                       " again: " + std::generic_category().message(error) +
                                       "; goes on with the old one");
    return;
  }
  // A line of which the old file has a part goes to the new one as a whole.
  const std::size_t line_begin = writing_.rfind('\n', written_bytes_ - 1);
  written_bytes_ = written_bytes_ == 0 || line_begin == writing_.npos ? 0 : line_begin + 1;
}

Task<> AccessLog::close() {
  is_closing_ = true;
  news_.set();
  const Outcome outcome = co_await timeout(kClosing, wait_until_closed());
  static_cast<void>(outcome);  // either way: what is left is lost
  const std::uint64_t left =
      lines_in(gathering_) + lines_in(std::string_view(writing_).substr(written_bytes_));
  metrics_.log_lines_lost.add(left);
  troubles_.remove_log(std::exchange(is_failing_, false), lost_ + left);
}

Task<> AccessLog::wait_until_closed() { co_await closed_.wait(); }

}  // namespace rill::httpd
