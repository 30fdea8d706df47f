// See writer.h.
#include "scheduler/trace/writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "scheduler/no_file_size_signal.h"
#include "scheduler/run_options.h"
#include "scheduler/trace/line.h"

namespace rill::trace {
namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

/// 0, or the errno of what could not be written.
int write_all(int file, std::string_view bytes) {
  const NoFileSizeSignal no_signal;
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

FileWriter::FileWriter(std::string path, const Header& header) : path_(std::move(path)) {
  append_line(held_back_, header);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const int error = file_ < 0 ? errno : write_all(file_, held_back_);
  held_back_.clear();
  if (error == 0) return;
  if (file_ >= 0) ::close(file_);
  throw UsageError("cannot write a trace to '" + path_ + "': " + reason_of(error));
}

FileWriter::~FileWriter() {
  flush();
  if (file_ >= 0) ::close(file_);
}

void FileWriter::write(const Record& record) {
  if (file_ < 0) {
    ++left_out_;
    return;
  }
  append_line(held_back_, record);
  if (held_back_.size() >= kBufferBytes) flush();
}

void FileWriter::flush() {
  if (file_ < 0 || held_back_.empty()) return;
  const int error = write_all(file_, held_back_);
  held_back_.clear();
  if (error == 0) return;
  ::close(std::exchange(file_, -1));
  std::fprintf(stderr,
               "rill: the trace '%s' ends here: %s; the program goes on, and what was written so "
               "far can be read\n",
               path_.c_str(), reason_of(error).c_str());
}

TextWriter::TextWriter(const Header& header, std::size_t most_bytes) : most_bytes_(most_bytes) {
  append_line(text_, header);
}

void TextWriter::write(const Record& record) {
  const std::size_t before = text_.size();
  const bool is_verdict = record.kind == Kind::run_fails || record.kind == Kind::end;
  // Once something is missing all that follows is: of what happened a trace has one part.
  if (left_out_ == 0 || is_verdict) append_line(text_, record);
  if (is_verdict || (left_out_ == 0 && text_.size() <= most_bytes_)) return;
  text_.resize(before);
  ++left_out_;
}

}  // namespace rill::trace
