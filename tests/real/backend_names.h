// Which of the real-socket backends tests can run on here.
//
// Where the kernel refuses io_uring (many containers do), the first that asks says so in one line,
// and the rest of its tests runs on epoll alone.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "net/uring/uring_backend.h"

namespace rill::testing {

inline bool has_uring() {
  static const bool has = [] {
    try {
      const UringBackend backend;
      return true;
    } catch (const UringRefused& refusal) {
      std::printf("not tested on io_uring: %s\n", refusal.what());
      return false;
    }
  }();
  return has;
}

/// As --backend takes them.
inline const std::vector<std::string>& backend_names() {
  static const std::vector<std::string> names =
      has_uring() ? std::vector<std::string>{"epoll", "uring"} : std::vector<std::string>{"epoll"};
  return names;
}

}  // namespace rill::testing
