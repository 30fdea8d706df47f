// See process_info.h.
#include "lessons/httpd/process_info.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace rill::httpd {
namespace {

/// Since Linux 6.2 the size of that directory tells; before, its entries are to be counted.
std::uint64_t count_descriptors() {
  struct stat status{};
  if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
    return static_cast<std::uint64_t>(status.st_size);
  }
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = readdir(folder)) count += entry->d_name[0] != '.';
  closedir(folder);
  return count - 1;  // the folder's own
}

std::uint64_t read_resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  unsigned long pages = 0;
  const bool has_read = std::fscanf(file, "%*u %lu", &pages) == 1;
  std::fclose(file);
  return has_read ? pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t read_cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) { return time.tv_sec * 1'000'000 + time.tv_usec; };
  return static_cast<std::uint64_t>(us(usage.ru_utime) + us(usage.ru_stime));
}

rlimit descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

}  // namespace

ProcessInfo read_process_info() {
  return {count_descriptors(), descriptor_limit().rlim_cur, read_resident_bytes(), read_cpu_us()};
}

std::uint64_t make_room_for(std::uint64_t connections) {
  rlimit limit = descriptor_limit();
  const rlim_t wanted = std::min<rlim_t>(2 * connections + 64, limit.rlim_max);
  if (wanted > limit.rlim_cur) {
    limit.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit = descriptor_limit();
  }
  return connections_below(limit.rlim_cur);
}

}  // namespace rill::httpd
