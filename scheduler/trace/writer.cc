// See writer.h.
#include "scheduler/trace/writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "scheduler/no_write_signal.h"
#include "scheduler/run_options.h"
#include "scheduler/trace/line.h"

namespace rill::trace {
namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

/// 0, or the errno of what could not be written.
int write_all(int file, std::string_view bytes) {
  const NoWriteSignal no_signal;
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The end of a trace of which so many lines are missing.
std::string end_line(const Record& last, std::uint64_t left_out) {
  Record record = last;
  record.left_out = left_out;
  record.events -= left_out;
  std::string line;
  append_line(line, record);
  return line;
}

}  // namespace

FileWriter::FileWriter(std::string path, const Header& header)
    : path_(std::move(path)), buffer_(new char[kBufferBytes]) {
  std::string line;
  append_line(line, header);
  const int file =
      ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const int error = file < 0 ? errno : write_all(file, line);
  if (error != 0) {
    if (file >= 0) ::close(file);
    throw UsageError("cannot write a trace to '" + path_ + "': " + reason_of(error));
  }
  unwritten_.data = buffer_.get();
  unwritten_.file = file;
}

FileWriter::~FileWriter() {
  flush();
  if (!has_failed()) ::close(unwritten_.file);
}

std::span<char> FileWriter::room() {
  constexpr std::size_t kMostLines = kBufferBytes - (std::size_t{8} << 10);
  if (unwritten_.size_bytes.load(std::memory_order_relaxed) > kMostLines) [[unlikely]]
    flush();
  const std::size_t size_bytes = unwritten_.size_bytes.load(std::memory_order_relaxed);
  return {buffer_.get() + size_bytes, kBufferBytes - size_bytes};
}

void FileWriter::write(Kind, std::string_view line) {
  if (has_failed()) {
    ++left_out_;
    return;
  }
  std::size_t size_bytes = unwritten_.size_bytes.load(std::memory_order_relaxed);
  if (size_bytes + line.size() > kBufferBytes) [[unlikely]] {
    flush();
    if (line.size() > kBufferBytes) return write_out(line);
    size_bytes = 0;
  }
  char* const there = buffer_.get() + size_bytes;
  if (line.data() != there) std::memcpy(there, line.data(), line.size());
  unwritten_.size_bytes.store(size_bytes + line.size(), std::memory_order_release);
}

void FileWriter::end(const Record& last) { write(Kind::end, end_line(last, left_out_)); }

void FileWriter::flush() {
  if (const std::size_t size_bytes = unwritten_.size_bytes; size_bytes > 0) {
    unwritten_.size_bytes = 0;  // or a signal in between would write it twice
    write_out({buffer_.get(), size_bytes});
  }
}

void FileWriter::write_out(std::string_view bytes) {
  if (has_failed()) return;
  const int error = write_all(unwritten_.file, bytes);
  if (error == 0) return;
  ::close(unwritten_.file.exchange(-1));
  std::fprintf(stderr,
               "rill: the trace '%s' ends here: %s; the program goes on, and what was written so "
               "far can be read\n",
               path_.c_str(), reason_of(error).c_str());
}

TextWriter::TextWriter(const Header& header, std::size_t most_bytes) : most_bytes_(most_bytes) {
  append_line(text_, header);
}

void TextWriter::write(Kind kind, std::string_view line) {
  const bool is_verdict = kind == Kind::run_fails || kind == Kind::end;
  // Once something is missing all that follows is: of what happened a trace has one part.
  if (is_verdict || (left_out_ == 0 && text_.size() + line.size() <= most_bytes_)) {
    text_ += line;
  } else {
    ++left_out_;
  }
}

void TextWriter::end(const Record& last) { write(Kind::end, end_line(last, left_out_)); }

}  // namespace rill::trace
