// See disk_site.h. A Content's number is its file descriptor.
#include "lessons/httpd/disk_site.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
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

std::int64_t ns_of(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t clock_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return ns_of(time);
}

/// A few milliseconds coarse, and no system call.
Instant coarse_now() { return Instant{clock_ns(CLOCK_MONOTONIC_COARSE)}; }

FileStamp stamp_of(const struct stat& status) {
  FileStamp stamp;
  stamp.device = status.st_dev;
  stamp.changed_ns = ns_of(status.st_ctim);
  stamp.version.size_bytes = static_cast<std::uint64_t>(status.st_size);
  stamp.version.modified_ns = ns_of(status.st_mtim);
  stamp.version.number = status.st_ino;
  return stamp;
}

/// File systems stamp with a clock that is up to a hundredth of a second behind, some with whole
/// seconds or two (FAT).
bool is_racy(const FileStamp& stamp) {
  constexpr std::int64_t kSettledNs = 2'100'000'000;
  return stamp.changed_ns > clock_ns(CLOCK_REALTIME) - kSettledNs;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

DiskSite::DiskSite(const std::string& root, const CacheLimits& cache)
    : root_(open_root(root)), lookup_(best_lookup(root_.number())), cache_(cache) {}

DiskSite::DiskSite(const std::string& root, Lookup lookup, const CacheLimits& cache)
    : root_(open_root(root)), lookup_(lookup), cache_(cache) {}

/// Gives what is known of a path.
Found DiskSite::give(const Known& known, Content& content) {
  if (known.bytes == nullptr) return Found::nothing;
  content = Content(known.bytes, known.stamp.version);
  return Found::file;
}

Found DiskSite::open(const std::string& path, Content& content) {
  Known* const known = cache_.find(path);
  if (known != nullptr && cache_.is_fresh(*known, coarse_now())) return give(*known, content);
  const Instant looked = coarse_now();
  Descriptor opened(open_beneath(root_.number(), path, O_RDONLY, lookup_));
  struct stat status;
  const bool is_open = opened.number() >= 0 && fstat(opened.number(), &status) == 0;
  const Found found = is_open ? httpd::kind_of(status) : reason();
  if (found == Found::nothing) {
    cache_.put(path, {nullptr, {}, false, looked});
  } else if (found != Found::file) {
    cache_.forget(path);
  }
  if (found != Found::file) return found;

  const FileStamp stamp = stamp_of(status);
  if (known != nullptr && known->proves(stamp)) {
    known->looked = looked;
    return give(*known, content);
  }
  if (cache_.takes(stamp.version.size_bytes)) {
    const Known fresh{read_whole(opened.number(), stamp), stamp, is_racy(stamp), looked};
    if (fresh.bytes != nullptr) {
      cache_.put(path, fresh);
      return give(fresh, content);
    }
  }
  cache_.forget(path);
  const int file = opened.release();
  content = Content(*this, static_cast<std::uint64_t>(file), stamp.version, file);
  return found;
}

/// Null if the file changes meanwhile.
std::shared_ptr<const std::string> DiskSite::read_whole(int file, const FileStamp& stamp) {
  auto bytes = std::make_shared<std::string>(stamp.version.size_bytes, '\0');
  struct stat status;
  const bool is_whole = read(static_cast<std::uint64_t>(file), 0, *bytes) == bytes->size() &&
                        fstat(file, &status) == 0 && stamp_of(status) == stamp;
  return is_whole ? bytes : nullptr;
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
