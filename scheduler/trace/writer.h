// Where records go: a file, streamed, or memory, up to a bound.
#pragma once

#include <string>

#include "scheduler/trace/record.h"

namespace rill::trace {

/// Appends a line for each record to a file. Holds back at most kBufferBytes and a line; what has
/// left for the system survives the process, however it ends. So a file is right at every prefix,
/// but for a last line that may be torn, which readers leave out.
class FileWriter final : public RecordSink {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

  /// Empties the file, or makes it: its owner's alone, since it says what went over connections.
  /// Throws UsageError, in a sentence, when that cannot be done.
  FileWriter(std::string path, const Header& header);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() override;

  /// When the disk is full, says so on stderr, once, and lets the run go on without a trace.
  void write(const Record& record) override;
  std::uint64_t left_out() const override { return left_out_; }
  void flush() override;
  /// Whether the file ends before the run, since it could not be written.
  bool has_failed() const { return file_ < 0; }

 private:
  std::string path_;
  int file_ = -1;  ///< -1: it has failed
  std::string held_back_;
  std::uint64_t left_out_ = 0;
};

/// Keeps lines in memory: at most so many bytes; and at any rate why the run failed, and its `end`,
/// without which a long run that fails would look like one that does not.
class TextWriter final : public RecordSink {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{32} << 20;

  explicit TextWriter(const Header& header, std::size_t most_bytes = kMostBytes);
  void write(const Record& record) override;
  std::uint64_t left_out() const override { return left_out_; }
  const std::string& text() const { return text_; }

 private:
  std::size_t most_bytes_;
  std::string text_;
  std::uint64_t left_out_ = 0;
};

}  // namespace rill::trace
