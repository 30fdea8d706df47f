// What the operating system knows of this process (proc(5), getrlimit(2)), and room for its
// connections.
#pragma once

#include <cstdint>

namespace rill::httpd {

struct ProcessInfo {
  std::uint64_t open_descriptors = 0;
  std::uint64_t most_descriptors = 0;  ///< the soft limit
  std::uint64_t resident_bytes = 0;
  std::uint64_t cpu_us = 0;  ///< of all threads, in user and kernel
};

/// Zeros where the system does not tell.
ProcessInfo read_process_info();

/// How many connections fit below a limit of descriptors: an eighth is for the files that are being
/// sent, and 16 for the rest of the process.
constexpr std::uint64_t connections_below(std::uint64_t descriptors) {
  const std::uint64_t reserved = 16 + descriptors / 8;
  return descriptors > reserved ? descriptors - reserved : 1;
}

/// Raises the soft limit of descriptors, as far as the hard one allows, to what so many connections
/// need that each have a file open. Returns how many connections fit now.
std::uint64_t make_room_for(std::uint64_t connections);

}  // namespace rill::httpd
