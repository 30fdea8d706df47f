// See beneath.h, and openat2(2).
#include "lessons/httpd/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string_view>

namespace rill::httpd {
namespace {

/// O_NONBLOCK: a FIFO opens at once. What was opened is looked at afterwards, by its descriptor.
/// With O_PATH nothing is opened that could wait, and openat2 refuses flags that mean nothing.
int with_usual(int flags) {
  return flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NONBLOCK | O_NOCTTY);
}

// The kernel gives EAGAIN when a rename was under way meanwhile. Whoever renames without end does
// not hold us longer than this.
constexpr int kMostTries = 16;

int open_by_kernel(int root, const char* path, int flags) {
  open_how how{};
  how.flags = static_cast<unsigned>(with_usual(flags));
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  for (int tries = 1;; ++tries) {
    const long opened = syscall(SYS_openat2, root, path, &how, sizeof how);
    if (opened >= 0) return static_cast<int>(opened);
    if (errno != EINTR && (errno != EAGAIN || tries == kMostTries)) return -1;
  }
}

int open_one(int directory, const char* name, int flags) {
  for (;;) {
    const int opened = openat(directory, name, with_usual(flags) | O_NOFOLLOW);
    if (opened >= 0 || errno != EINTR) return opened;
  }
}

/// `path` is not empty.
int open_by_walk(int root, std::string_view path, int flags) {
  Descriptor directory;  // of what is left of `path`; none: the root
  for (;;) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    char terminated[NAME_MAX + 1];
    if (name.size() > NAME_MAX) return errno = ENAMETOOLONG, -1;
    terminated[name.copy(terminated, NAME_MAX)] = '\0';
    const int from = directory.number() < 0 ? root : directory.number();
    if (path.empty()) return open_one(from, terminated, flags);
    path.remove_prefix(1);
    directory = Descriptor(open_one(from, terminated, O_PATH | O_DIRECTORY));
    if (directory.number() < 0) return -1;
  }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ < 0) return;
  const int kept = errno;
  close(number_);
  errno = kept;
}

Lookup best_lookup(int root) {
  const Descriptor probe(open_by_kernel(root, ".", O_PATH));
  return probe.number() >= 0 ? Lookup::by_kernel : Lookup::by_walk;
}

int open_beneath(int root, const std::string& path, int flags, Lookup lookup) {
  if (path.empty()) return open_one(root, ".", flags);
  // Both would end at a NUL and open something else than was asked for.
  if (path.find('\0') != path.npos) return errno = ENOENT, -1;
  return lookup == Lookup::by_kernel ? open_by_kernel(root, path.c_str(), flags)
                                     : open_by_walk(root, path, flags);
}

}  // namespace rill::httpd
