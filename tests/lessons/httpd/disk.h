// A folder on a real disk for tests, with a site and a secret beside it.
#pragma once

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "lessons/httpd/disk_site.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::httpd {

namespace fs = std::filesystem;

/// A folder with a site in `root`, and a secret beside it; gone at the end.
class Disk {
 public:
  Disk() {
    fs::create_directories(root() / "docs/deep");
    write("secret", "SECRET");
    fs::create_directory(top() / "root-evil");
    write("root-evil/secret", "SECRET");
    write("root/index.html", "home");
    write("root/docs/a.txt", "alpha");
    write("root/docs/deep/b.txt", "beta");
  }

  fs::path top() const { return scratch_.path; }
  fs::path root() const { return top() / "root"; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(top() / name, std::ios::binary) << bytes;
  }
  void link(const std::string& target, const std::string& name) const {
    fs::create_symlink(target, root() / name);
  }

 private:
  testing::ScratchFolder scratch_;
};

inline std::string read_all(Content& content) {
  std::string bytes(content.size_bytes(), '\0');
  bytes.resize(content.read(0, bytes));
  return bytes;
}

/// What is in the file; or what is there instead, in angle brackets.
inline std::string look(DiskSite& site, const std::string& path) {
  Content content;
  switch (site.open(path, content)) {
    case Found::file:
      return read_all(content);
    case Found::directory:
      return "<directory>";
    case Found::nothing:
      return "<nothing>";
    case Found::forbidden:
      return "<forbidden>";
    default:
      return "<error>";
  }
}

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) count += !entry.path().empty();
  return count;
}

/// Whether the kernel has openat2, and lets us use it. Asked without the code under test.
inline bool kernel_looks_up() {
  const std::uint64_t how[3] = {O_PATH | O_CLOEXEC, 0, RESOLVE_BENEATH};  // struct open_how
  const long opened = syscall(SYS_openat2, AT_FDCWD, ".", how, sizeof how);
  if (opened >= 0) close(static_cast<int>(opened));
  return opened >= 0;
}

/// Runs `check` with each way of looking up that this kernel has.
template <class F>
void with_each_lookup(const Disk& disk, F check) {
  const std::size_t before = open_descriptors();
  for (const Lookup lookup : {Lookup::by_kernel, Lookup::by_walk}) {
    if (lookup == Lookup::by_kernel && !kernel_looks_up()) {
      WARN("no openat2 here: only the walk from folder to folder is tested");
      continue;
    }
    INFO((lookup == Lookup::by_kernel ? "by kernel" : "by walk"));
    DiskSite site(disk.root().string(), lookup, {.entries = 0});
    check(site, lookup);
  }
  CHECK(open_descriptors() == before);
}

}  // namespace rill::httpd
