// See append_file.h.
#include "lessons/crawler/append_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "net/posix/no_sigpipe.h"

namespace rill::crawler {
namespace {

/// A pipe for writing only: who reads it, too, is never told that nobody else does any more, and
/// waits for room for ever.
int access_to(const std::string& path) {
  struct stat status{};
  const bool is_pipe = ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
  return is_pipe ? O_WRONLY : O_RDWR | O_CREAT;
}

}  // namespace

AppendFile::AppendFile(std::string path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), access_to(path_) | O_APPEND | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0 && errno == EACCES) {  // a terminal may be for writing only
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  if (descriptor_ < 0) fail("cannot be opened", errno);
}

AppendFile::~AppendFile() { ::close(descriptor_); }

void AppendFile::lock() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) throw AppendFileError(path_ + " is in use by another crawl");
  fail("cannot be locked", errno);
}

std::string AppendFile::text() const {
  std::string all;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got =
        ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(all.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("cannot be read", errno);
    if (got == 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::uint64_t AppendFile::size() const {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) fail("cannot be looked at", errno);
  return S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void AppendFile::truncate(std::uint64_t bytes) {
  if (size() <= bytes) return;
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) fail("cannot be cut", errno);
}

void AppendFile::append(std::string_view lines) {
  NoSigpipe guard;
  while (!lines.empty()) {
    const ssize_t written = ::write(descriptor_, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) guard.swallow();
    if (written < 0) fail("cannot be written", errno);
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AppendFile::sync() {
  if (::fdatasync(descriptor_) == 0 || errno == EINVAL || errno == EROFS) return;  // no file
  fail("cannot be brought to the disk", errno);
}

void AppendFile::fail(std::string_view what, int error) const {
  throw AppendFileError(path_ + " " + std::string(what) + ": " +
                        std::generic_category().message(error));
}

}  // namespace rill::crawler
