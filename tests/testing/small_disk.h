// While one lives no file grows beyond so many bytes, as if the disk were full: of the whole
// process, and so of its output too, if that is a file.
#pragma once

#include <sys/resource.h>

namespace rill::testing {

class SmallDisk {
 public:
  explicit SmallDisk(rlim_t most_bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = most_bytes;
    setrlimit(RLIMIT_FSIZE, &small);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace rill::testing
