// See recording.h.
#include "scheduler/record/recording.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "scheduler/run_options.h"

namespace rill::record {
namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  throw UsageError("cannot read the recording '" + path +
                   "': " + std::generic_category().message(error));
}

}  // namespace

Recording::Recording(std::string path) : path_(std::move(path)) {
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refuse(path_, errno);
  struct stat about{};
  int error = ::fstat(file, &about) != 0 ? errno : 0;
  if (error == 0 && S_ISDIR(about.st_mode)) error = EISDIR;
  const auto size_bytes = static_cast<std::size_t>(about.st_size);
  if (error == 0 && size_bytes > 0) {
    void* const map = ::mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (map == MAP_FAILED) {
      error = errno;
    } else {
      map_ = map;
      bytes_ = {static_cast<const char*>(map), size_bytes};
    }
  }
  ::close(file);
  if (error != 0) refuse(path_, error);
  header_ = reader().header();
}

Recording::Recording(std::string bytes, std::string name)
    : path_(std::move(name)), owned_(std::move(bytes)), bytes_(owned_) {
  header_ = reader().header();
}

Recording::~Recording() {
  if (map_ != nullptr) ::munmap(map_, bytes_.size());
}

}  // namespace rill::record
