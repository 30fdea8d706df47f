// Where the lines of a trace go: a file, streamed, or memory, up to a bound.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "scheduler/trace/last_words.h"
#include "scheduler/trace/line_sink.h"

namespace rill::trace {

/// Appends lines to a file. Holds back at most kBufferBytes, and writes them when the process
/// aborts or crashes (last_words.h); what has left for the system survives the process, however it
/// ends. So a file is right at every prefix, but for a last line that may be torn, which readers
/// leave out.
class FileWriter final : public LineSink {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

  /// Empties the file, or makes it: its owner's alone, since it says what went over connections.
  /// Throws UsageError, in a sentence, when that cannot be done.
  FileWriter(std::string path, const Header& header);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() override;

  std::span<char> room() override;
  /// When the disk is full, says so on stderr, once, and lets the run go on without a trace.
  void write(Kind kind, std::string_view line) override;
  void end(const Record& last) override;
  void flush() override;
  std::uint64_t left_out() const { return left_out_; }
  /// Whether the file ends before the run, since it could not be written.
  bool has_failed() const { return unwritten_.file < 0; }

 private:
  void write_out(std::string_view bytes);

  std::string path_;
  std::unique_ptr<char[]> buffer_;
  Unwritten unwritten_;  ///< in the buffer; file -1: it has failed
  LastWords last_words_{unwritten_};
  std::uint64_t left_out_ = 0;
};

/// Keeps lines in memory: at most so many bytes; and at any rate why the run failed, and its `end`,
/// without which a long run that fails would look like one that does not.
class TextWriter final : public LineSink {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{32} << 20;

  explicit TextWriter(const Header& header, std::size_t most_bytes = kMostBytes);
  void write(Kind kind, std::string_view line) override;
  void end(const Record& last) override;
  std::uint64_t left_out() const { return left_out_; }
  const std::string& text() const { return text_; }

 private:
  std::size_t most_bytes_;
  std::string text_;
  std::uint64_t left_out_ = 0;
};

}  // namespace rill::trace
