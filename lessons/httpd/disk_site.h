// DiskSite: the files of a directory on disk.
//
// Only regular files below the root are served (beneath.h says how that is ensured, and which links
// are followed). They are opened first and looked at by their descriptor afterwards, so nothing can
// change between the look and the use. The root is held open: if it is renamed, the site moves
// along. A file that shrinks while it is read ends early, which Content::read() shows; it is read,
// not mapped, so that no signal ends the process then.
// Reading a file from a slow disk holds up everybody, for as long as one piece takes: Linux has no
// readiness for files.
// Small files are remembered (content_cache.h): a file that is changed, replaced by a rename or
// removed is served as it was for CacheLimits::fresh at most, never a mixture. Long files are
// opened for each request, and the kernel sends them from their descriptors.
#pragma once

#include <string>

#include "lessons/httpd/beneath.h"
#include "lessons/httpd/content_cache.h"
#include "lessons/httpd/site.h"

namespace rill::httpd {

class DiskSite final : public Site {
 public:
  /// Throws std::system_error if `root` is not a directory that can be opened.
  explicit DiskSite(const std::string& root, const CacheLimits& cache = {});
  /// For tests: with that way of looking up.
  DiskSite(const std::string& root, Lookup lookup, const CacheLimits& cache);

  Found open(const std::string& path, Content& content) override;
  Folder list(const std::string& path, std::size_t most_entries) override;

  /// For tests and metrics.
  ContentCache& cache() { return cache_; }

 private:
  std::size_t read(std::uint64_t file, std::uint64_t offset, std::span<char> to) override;
  void close(std::uint64_t file) override;
  Found kind_of(const std::string& path) const;
  static Found give(const Known& known, Content& content);
  std::shared_ptr<const std::string> read_whole(int file, const FileStamp& stamp);

  Descriptor root_;
  Lookup lookup_;
  ContentCache cache_;
};

}  // namespace rill::httpd
