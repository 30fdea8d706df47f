// ContentCache: the bytes of small files that were asked for lately, so that a request for one of
// them costs no system call for its file.
//
// Bounded in entries and in bytes; what was used longest ago goes first. What it knows may be old
// by up to CacheLimits::fresh; then its owner looks, and confirms or replaces it. That there is
// nothing at a path is remembered too: most files have no compressed variants, and are asked for
// them each time. Owns no files and reads no clock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "lessons/httpd/site.h"
#include "scheduler/list.h"
#include "scheduler/time.h"

namespace rill::httpd {

struct CacheLimits {
  std::size_t entries = 4096;                      ///< 0: nothing is remembered
  std::size_t bytes = std::size_t{32} << 20;       ///< of contents and names
  std::size_t file_bytes = std::size_t{64} << 10;  ///< of a file that is remembered, at most
  Duration fresh = milliseconds(250);              ///< so old may be what is served
};

/// All by which the operating system shows that a file is another than it was.
struct FileStamp {
  std::uint64_t device = 0;
  std::int64_t changed_ns = 0;  ///< of the inode (st_ctim)
  FileVersion version;
  friend bool operator==(const FileStamp& a, const FileStamp& b) {
    return a.device == b.device && a.changed_ns == b.changed_ns &&
           a.version.number == b.version.number && a.version.modified_ns == b.version.modified_ns &&
           a.version.size_bytes == b.version.size_bytes;
  }
};

/// What was seen at a path.
struct Known {
  std::shared_ptr<const std::string> bytes;  ///< null: there is nothing
  FileStamp stamp;
  /// The file had changed just before. It may have changed again within the same tick of the clock
  /// that stamps files, so an equal stamp proves nothing.
  bool is_racy = false;
  Instant looked;  ///< when this was true

  /// Whether a file with `now` is the one whose bytes are here.
  bool proves(const FileStamp& now) const { return bytes != nullptr && !is_racy && stamp == now; }
};

class ContentCache {
 public:
  explicit ContentCache(const CacheLimits& limits) : limits_(limits) {}
  ContentCache(const ContentCache&) = delete;
  ContentCache& operator=(const ContentCache&) = delete;

  /// Null if nothing is known of `path`. It now counts as used. Valid until the next call.
  Known* find(const std::string& path);
  bool is_fresh(const Known& known, Instant now) const {
    return now - known.looked < limits_.fresh;
  }
  bool takes(std::uint64_t size_bytes) const {
    return limits_.entries > 0 && size_bytes <= limits_.file_bytes;
  }
  /// Remembers; forgets others, and perhaps this too, until the bounds hold.
  void put(const std::string& path, const Known& known);
  void forget(const std::string& path);

  std::size_t size() const { return entries_.size(); }
  std::size_t size_bytes() const { return size_bytes_; }

 private:
  struct UseTag;
  struct Entry : ListNode<UseTag> {
    Known known;
    const std::string* path = nullptr;  ///< its key
  };

  static std::size_t cost(const Entry& entry);
  void remove(Entry& entry);

  CacheLimits limits_;
  std::unordered_map<std::string, Entry> entries_;  // never iterated
  LettingGoList<Entry, UseTag> by_use_;             ///< the one used last at the back
  std::size_t size_bytes_ = 0;
};

}  // namespace rill::httpd
