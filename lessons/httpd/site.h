// Site: the files that httpd serves, wherever they are - on a disk (disk_site.h), in memory
// (memory_site.h), and later perhaps in a cache in front of another site.
//
// Paths are what http::RequestPath leaves: decoded, relative, without empty, "." and ".." segments;
// "" is the root. A site answers from there on only: it never hands out a byte from outside.
// Nothing here suspends, so a call must be short; reading goes in pieces for that reason.
// Ownership: a Content holds its file open and must not outlive its Site.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rill::httpd {

/// What is at a path.
enum class Found : std::uint8_t {
  file,
  directory,
  nothing,     ///< 404; also what is neither file nor directory, and links that leave the root
  forbidden,   ///< 403: the operating system does not let us read it
  overloaded,  ///< 503: too many open files, no memory; later it may work
  broken,      ///< 500: the disk does not answer as a disk should
};

class Content;

struct Entry {
  std::string name;
  bool is_directory = false;
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

struct Folder {
  Found found = Found::nothing;  ///< directory, or why there are no entries
  std::vector<Entry> entries;    ///< in no order; without names that start with '.'
  bool is_complete = true;       ///< false: there are more
};

class Site {
 public:
  virtual ~Site() = default;

  /// Opens the file at `path` into `content`, or tells what else is there.
  virtual Found open(const std::string& path, Content& content) = 0;
  /// What can be opened in the directory at `path`.
  virtual Folder list(const std::string& path, std::size_t most_entries) = 0;

 private:
  friend class Content;
  virtual std::size_t read(std::uint64_t file, std::uint64_t offset, std::span<char> to) = 0;
  virtual void close(std::uint64_t file) = 0;
};

/// An open file: its size and age at the time of opening, and its bytes.
class Content {
 public:
  Content() = default;
  /// For sites: `file` is whatever they know it by.
  Content(Site& site, std::uint64_t file, std::uint64_t size_bytes, std::int64_t modified_seconds)
      : site_(&site), file_(file), size_bytes_(size_bytes), modified_seconds_(modified_seconds) {}
  Content(Content&& other) noexcept { *this = std::move(other); }
  Content& operator=(Content&& other) noexcept {
    std::swap(site_, other.site_);
    std::swap(file_, other.file_);
    size_bytes_ = other.size_bytes_;
    modified_seconds_ = other.modified_seconds_;
    return *this;
  }
  ~Content() {
    if (site_ != nullptr) site_->close(file_);
  }

  bool is_open() const { return site_ != nullptr; }
  std::uint64_t size_bytes() const { return size_bytes_; }
  /// Since 1970-01-01 00:00:00 UTC.
  std::int64_t modified_seconds() const { return modified_seconds_; }
  /// Fills `to` from `offset` on. Fewer bytes than that: the file ends early, or cannot be read;
  /// what was promised as size_bytes() can then not be kept.
  std::size_t read(std::uint64_t offset, std::span<char> to) {
    return site_->read(file_, offset, to);
  }

 private:
  Site* site_ = nullptr;
  std::uint64_t file_ = 0;
  std::uint64_t size_bytes_ = 0;
  std::int64_t modified_seconds_ = 0;
};

}  // namespace rill::httpd
