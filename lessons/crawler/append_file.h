// AppendFile: a file that only grows, line by line, and survives the death of its writer.
//
// Every append() is one write(2) that has returned when append() does: whatever kills the process
// afterwards, the bytes are the kernel's. Against a power cut there is sync(); until then the end
// of the file may be missing, or be zeros. Blocks the thread, as files do on Linux: for lines, not
// for megabytes. Every failure is an AppendFileError that names the file and says what happened.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rill::crawler {

class AppendFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class AppendFile {
 public:
  /// Opens it, or makes it. What is in it stays.
  explicit AppendFile(std::string path);
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();

  /// Keeps other crawls away until this object is gone; throws if one has it already.
  void lock();
  /// All that is in it.
  std::string text() const;
  std::uint64_t size() const;
  /// Forgets what follows the first `bytes`. Nothing happens to a pipe or a device.
  void truncate(std::uint64_t bytes);
  /// Writes all of `lines` at the end.
  void append(std::string_view lines);
  /// Waits until the disk has it.
  void sync();

 private:
  [[noreturn]] void fail(std::string_view what, int error) const;

  std::string path_;
  int descriptor_;
};

}  // namespace rill::crawler
