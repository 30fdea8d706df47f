// See log_file.h.
#include "lessons/httpd/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "lessons/common/program.h"
#include "lessons/common/say.h"
#include "net/fd.h"
#include "net/net_error.h"

namespace rill::httpd {
namespace {

/// The log's descriptor has the same number in each run, and keeps it when the file is opened
/// again: a replay compares it.
constexpr int kDescriptor = 100;

/// Not blocking, for pipes with a name; it makes no difference to files.
int open_log(const std::string& path) {
  constexpr mode_t kForOwnerAndGroup = 0640;  // it tells who asked for what
  return open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
              kForOwnerAndGroup);
}

std::string reason(int error) {
  if (error == ENXIO) return "nobody reads that pipe";  // fifo(7)
  return std::generic_category().message(error);
}

}  // namespace

LogFile::LogFile(std::string path) : path_(std::move(path)) {
  is_real_ = Scheduler::current("LogFile").backend().name() != "replay";
  if (path_ == "-") {
    fd_ = STDOUT_FILENO;
  } else if (!is_real_) {
    fd_ = kDescriptor;
  } else {
    const int opened = open_log(path_);
    if (opened < 0) {
      throw lesson::UsageMistake("--access-log wants a file that can be written, not '" + path_ +
                                 "': " + reason(errno));
    }
    fd_ = fcntl(opened, F_DUPFD_CLOEXEC, kDescriptor);
    if (fd_ < 0) {  // there are no numbers that high
      fd_ = opened;
    } else {
      close(opened);
    }
  }
  if (is_real_) std::signal(SIGXFSZ, SIG_IGN);
}

LogFile::~LogFile() {
  if (is_real_ && path_ != "-") close(fd_);
}

Task<std::int64_t> LogFile::write(std::string_view lines) {
  try {
    const std::size_t taken = co_await rill::write(fd_, lines);
    co_return static_cast<std::int64_t>(taken);
  } catch (const NetError& error) {
    co_return -error.error();
  }
}

int LogFile::reopen() {
  if (!is_real_ || path_ == "-") return 0;
  const int opened = open_log(path_);
  if (opened < 0) return errno;
  const int error = dup3(opened, fd_, O_CLOEXEC) < 0 ? errno : 0;
  close(opened);
  return error;
}

std::string LogFile::name() const { return path_ == "-" ? "standard output" : path_; }

Task<std::int64_t> LogInStory::write(std::string_view lines) {
  for (std::string_view rest = lines; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    lesson::say(line);
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  co_return static_cast<std::int64_t>(lines.size());
}

}  // namespace rill::httpd
