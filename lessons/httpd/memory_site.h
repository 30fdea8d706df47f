// MemorySite: a site held in memory, for the simulated network and for tests.
//
// Directories are there because files are in them. A file may be replaced while somebody reads it:
// a Content goes on with the new bytes, as on a disk, and meets an early end if they are fewer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lessons/httpd/site.h"

namespace rill::httpd {

class MemorySite final : public Site {
 public:
  /// Adds or replaces the file at `path` ("docs/a.html").
  void set(const std::string& path, std::string bytes, std::int64_t modified_seconds = 0);

  Found open(const std::string& path, Content& content) override;
  Folder list(const std::string& path, std::size_t most_entries) override;

  /// Contents that are alive: 0 when nothing is being sent.
  std::size_t open_files() const { return open_files_; }

 private:
  struct File {
    std::string bytes;
    FileVersion version;
  };

  std::size_t read(std::uint64_t file, std::uint64_t offset, std::span<char> to) override;
  void close(std::uint64_t file) override;
  bool is_directory(const std::string& path) const;

  std::vector<File> files_;
  std::map<std::string, std::size_t> numbers_;  // path to place in files_
  std::size_t open_files_ = 0;
};

}  // namespace rill::httpd
