// Site: the files that httpd serves, wherever they are - on a disk (disk_site.h), in memory
// (memory_site.h), and later perhaps in a cache in front of another site.
//
// Paths are what http::RequestPath leaves: decoded, relative, without empty, "." and ".." segments;
// "" is the root. A site answers from there on only: it never hands out a byte from outside.
// Nothing here suspends, so a call must be short; reading goes in pieces for that reason.
// Ownership: a Content holds its file open and must not outlive its Site.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
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

/// Which bytes a path has stood for: another version differs in one of these, as far as the site
/// can tell.
struct FileVersion {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  ///< since 1970-01-01 00:00:00 UTC
  std::uint64_t number = 0;      ///< an inode, or whatever changes when a file is replaced
};

/// An open file: its version at the time of opening, and its bytes, in one of three ways: read
/// through the site, by a descriptor that the kernel can send from, or held in memory.
class Content {
 public:
  Content() = default;
  /// For sites: `file` is whatever they know it by; `descriptor` of a regular file, or -1.
  Content(Site& site, std::uint64_t file, const FileVersion& version, int descriptor = -1)
      : site_(&site), file_(file), version_(version), descriptor_(descriptor) {}
  /// All bytes, perhaps shared with a cache.
  Content(std::shared_ptr<const std::string> bytes, const FileVersion& version)
      : version_(version), bytes_(std::move(bytes)) {}
  Content(Content&& other) noexcept { *this = std::move(other); }
  Content& operator=(Content&& other) noexcept {
    std::swap(site_, other.site_);
    std::swap(file_, other.file_);
    std::swap(version_, other.version_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Content() {
    if (site_ != nullptr) site_->close(file_);
  }

  bool is_open() const { return site_ != nullptr || bytes_ != nullptr; }
  const FileVersion& version() const { return version_; }
  std::uint64_t size_bytes() const { return version_.size_bytes; }
  /// Since 1970-01-01 00:00:00 UTC, rounded down.
  std::int64_t modified_seconds() const {
    constexpr std::int64_t kSecondNs = 1'000'000'000;
    const std::int64_t seconds = version_.modified_ns / kSecondNs;
    return seconds - (version_.modified_ns % kSecondNs < 0 ? 1 : 0);
  }
  /// For Connection::sendfile(); -1: it has to be read.
  int descriptor() const { return descriptor_; }
  /// Fills `to` from `offset` on. Fewer bytes than that: the file ends early, or cannot be read;
  /// what was promised as size_bytes() can then not be kept.
  std::size_t read(std::uint64_t offset, std::span<char> to) {
    if (bytes_ == nullptr) return site_->read(file_, offset, to);
    return bytes_->copy(to.data(), to.size(), std::min<std::uint64_t>(offset, bytes_->size()));
  }

 private:
  Site* site_ = nullptr;
  std::uint64_t file_ = 0;
  FileVersion version_;
  int descriptor_ = -1;
  std::shared_ptr<const std::string> bytes_;
};

}  // namespace rill::httpd
