// See disk_site.h. A Content's number is its file descriptor.
#include "lessons/httpd/disk_site.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace rill::httpd {
namespace {

Descriptor open_root(const std::string& root) {
  Descriptor opened(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0) throw std::system_error(errno, std::generic_category(), root);
  return opened;
}

/// What errno says about a path that could not be opened.
Found reason() {
  switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV:  // out of the root
    case ENXIO:  // a socket
    case EINVAL:
    case EILSEQ:
      return Found::nothing;
    case EACCES:
    case EPERM:
      return Found::forbidden;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      return Found::overloaded;
    default:
      return Found::broken;
  }
}

Found kind_of(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return Found::file;
  return S_ISDIR(status.st_mode) ? Found::directory : Found::nothing;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

DiskSite::DiskSite(const std::string& root)
    : root_(open_root(root)), lookup_(best_lookup(root_.number())) {}

DiskSite::DiskSite(const std::string& root, Lookup lookup)
    : root_(open_root(root)), lookup_(lookup) {}

Found DiskSite::open(const std::string& path, Content& content) {
  Descriptor opened(open_beneath(root_.number(), path, O_RDONLY, lookup_));
  struct stat status;
  if (opened.number() < 0 || fstat(opened.number(), &status) != 0) return reason();
  const Found found = httpd::kind_of(status);
  if (found == Found::file) {
    content = Content(*this, static_cast<std::uint64_t>(opened.release()),
                      static_cast<std::uint64_t>(status.st_size), status.st_mtim.tv_sec);
  }
  return found;
}

/// Of what need not be readable.
Found DiskSite::kind_of(const std::string& path) const {
  const Descriptor opened(open_beneath(root_.number(), path, O_PATH, lookup_));
  struct stat status;
  if (opened.number() < 0 || fstat(opened.number(), &status) != 0) return reason();
  return httpd::kind_of(status);
}

Folder DiskSite::list(const std::string& path, std::size_t most_entries) {
  Folder folder;
  Descriptor opened(open_beneath(root_.number(), path, O_RDONLY | O_DIRECTORY, lookup_));
  const std::unique_ptr<DIR, CloseDirectory> directory(
      opened.number() < 0 ? nullptr : fdopendir(opened.number()));
  if (directory == nullptr) {
    folder.found = reason();
    return folder;
  }
  opened.release();  // the DIR closes it
  folder.found = Found::directory;
  const std::string prefix = path.empty() ? "" : path + "/";
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name.starts_with('.')) continue;
    Found found = Found::nothing;
    if (entry->d_type == DT_REG) found = Found::file;
    if (entry->d_type == DT_DIR) found = Found::directory;
    // Where a link leads, and file systems that do not tell.
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) found = kind_of(prefix + name);
    if (found != Found::file && found != Found::directory) continue;
    if (folder.entries.size() == most_entries) {
      folder.is_complete = false;
      break;
    }
    folder.entries.push_back({name, found == Found::directory});
  }
  return folder;
}

std::size_t DiskSite::read(std::uint64_t file, std::uint64_t offset, std::span<char> to) {
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t got = pread(static_cast<int>(file), to.data() + done, to.size() - done,
                              static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void DiskSite::close(std::uint64_t file) { ::close(static_cast<int>(file)); }

}  // namespace rill::httpd
