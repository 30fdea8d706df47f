// LogFile: an access log's file, standard output, or the story of a simulated run.
//
// A file is opened for appending, so several workers, and several servers, can write to one, and
// logrotate's copytruncate works. Each write goes through the backend: a pipe that nobody reads
// stops no one but the writer of the log, a recorded run replays without touching the file, and
// with io_uring the disk is waited for elsewhere. With epoll, a write to a file is a copy into the
// page cache; should the kernel make writers wait for a slow disk, the server waits with them, for
// the time of a few kilobytes.
#pragma once

#include <string>

#include "lessons/httpd/access_log.h"

namespace rill::httpd {

class LogFile final : public LogSink {
 public:
  /// `path` "-" is standard output, which reopen() leaves as it is. Throws lesson::UsageMistake if
  /// it cannot be opened. Only within a run. From now on the process ignores SIGXFSZ: a file at its
  /// limit of size (RLIMIT_FSIZE) is an error like a full disk.
  explicit LogFile(std::string path);
  ~LogFile() override;

  Task<std::int64_t> write(std::string_view lines) override;
  int reopen() override;
  std::string name() const override;

 private:
  std::string path_;
  int fd_ = -1;
  bool is_real_ = true;  ///< false in a replay, which touches no descriptor
};

/// Each line is an event of the run.
class LogInStory final : public LogSink {
 public:
  Task<std::int64_t> write(std::string_view lines) override;
  int reopen() override { return 0; }
  std::string name() const override { return "the story"; }
};

}  // namespace rill::httpd
