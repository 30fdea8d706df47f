// Recording: a recording's file, in memory for as long as this lives. Mapped, so that a big one
// costs no memory.
#pragma once

#include <string>
#include <string_view>

#include "scheduler/record/log_reader.h"

namespace rill::record {

class Recording {
 public:
  /// Throws UsageError, in a sentence, when the file cannot be read or is no whole recording.
  explicit Recording(std::string path);
  /// A recording that is in memory already; `name` stands for the path in messages.
  Recording(std::string bytes, std::string name);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return bytes_; }
  const Header& header() const { return header_; }
  /// From the first entry on.
  LogReader reader() const { return LogReader(bytes_, path_); }

 private:
  std::string path_;
  std::string owned_;
  std::string_view bytes_;
  void* map_ = nullptr;
  Header header_;
};

}  // namespace rill::record
