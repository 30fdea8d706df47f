// Opens files below a directory, and never outside of it.
//
// A path that a client chose is looked up by the kernel in one call, openat2(2) with
// RESOLVE_BENEATH: no ".." and no symbolic link can lead out, not even while somebody else renames
// directories. Checking a path first and opening it afterwards would be a race.
// Symbolic links that stay below the root are followed if they are relative; absolute ones are
// refused, wherever they lead. A kernel before 5.6, or a container that forbids the call, gets a
// walk from directory to directory that follows no link at all: stricter, never laxer.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace rill::httpd {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  /// -1: none.
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

enum class Lookup : std::uint8_t { by_kernel, by_walk };

/// by_kernel if openat2 works below `root` (a descriptor of a directory).
Lookup best_lookup(int root);

/// Opens `path` below `root`, "" being the root itself; `flags` as in open(2). Gives a descriptor,
/// or -1 with errno: EXDEV or ELOOP for links that may not be followed. Opening never waits for
/// somebody to open the other end of a FIFO, and makes no terminal ours.
int open_beneath(int root, const std::string& path, int flags, Lookup lookup);

}  // namespace rill::httpd
