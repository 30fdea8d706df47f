// AccessLog: a line for each answered request, written behind the server's back.
//
//   AccessLog log(sink, AccessFormat::common, metrics, troubles);
//   helpers.spawn(log.write_lines());
//   service.on_access = [&](const Access& access) { log.add(access); };
//
// add() puts a line into memory and never waits. The writer, a task, hands on what has come: the
// first line at once, then what gathers, every kPause or kUrgentBytes. So a busy server makes a few
// large writes, and nobody waits longer than that for a line.
// A sink that is full, or a pipe that nobody reads, never stops the server: up to kMostBytes of
// lines wait in memory while it is tried again every kRetry; what comes then is lost, counted, and
// told once, and once more when the sink takes lines again (log_troubles.h). Invariant: the sink
// gets whole lines, each once and in order; only a sink that broke off in the middle of one and was
// then reopened gets that one from its beginning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lessons/httpd/access_format.h"
#include "lessons/httpd/log_troubles.h"
#include "lessons/httpd/metrics.h"
#include "scheduler/event.h"
#include "scheduler/task.h"

namespace rill::httpd {

/// Where lines go.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  /// Takes some of `lines`, from the front on: how many bytes, or -errno. May take long.
  virtual Task<std::int64_t> write(std::string_view lines) = 0;
  /// Opens what has the sink's name now: 0, or the errno with which that failed; then it goes on
  /// with what it had.
  virtual int reopen() = 0;
  /// For messages.
  virtual std::string name() const = 0;
};

class AccessLog {
 public:
  static constexpr Duration kPause = milliseconds(100);
  static constexpr Duration kRetry = seconds(1);
  static constexpr Duration kClosing = seconds(1);
  /// Of a write: no other writer's bytes come between, also if it is a pipe (pipe(7), PIPE_BUF).
  /// A line may be longer (access_format.h): that is one write, too.
  static constexpr std::size_t kWholeBytes = 4096;
  static constexpr std::size_t kUrgentBytes = std::size_t{32} << 10;
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;

  /// All must outlive it; `troubles` is for the operator, and may be shared with other logs.
  AccessLog(LogSink& sink, AccessFormat format, Metrics& metrics, LogTroubles& troubles);

  /// Never suspends.
  void add(const Access& access);
  /// What was added before goes to the old file, if that takes it, and what comes from then on to
  /// the new one. Never suspends.
  void reopen();
  /// The writer. Returns after close(), when all is written. Kill: what is not written is lost.
  Task<> write_lines();
  /// Nothing is added any more. Suspends until all is written, or fails, or for kClosing; what is
  /// left then is lost, and told.
  Task<> close();

 private:
  Task<> write_out();
  Task<> wait_until_urgent();
  Task<> wait_until_closed();
  std::string_view next_piece() const;
  void lose_line();
  void note_failure(int error);
  void note_success();
  void reopen_now();
  bool is_urgent() const;

  LogSink& sink_;
  AccessFormatter formatter_;
  Metrics& metrics_;
  LogTroubles& troubles_;
  std::string gathering_;          // lines that were added since the writer last looked
  std::string writing_;            // lines that the writer is at, ...
  std::size_t written_bytes_ = 0;  // ... and how far it is
  int error_ = 0;                  // of the last write
  std::uint64_t lost_ = 0;         // lines, since all was well
  std::uint64_t reopened_ = 0;     // how often that was tried
  bool is_failing_ = false;        // and troubles_ knows
  bool wants_reopen_ = false;
  bool is_closing_ = false;
  Event news_;    // for the writer
  Event closed_;  // the writer has written all
};

}  // namespace rill::httpd
