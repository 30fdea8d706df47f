// Which of the real-socket backends tests can run on here.
//
// Where the kernel refuses io_uring (many containers do), the first that asks says so in one line,
// and the rest of its tests runs on epoll alone.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "net/uring/uring_backend.h"

namespace rill::testing {

/// Tries it in a process of its own: the end of a ring would break off some later blocking call of
/// ours (net/uring/uring_backend.h), and not every test's sockets are made for that.
inline bool has_uring() {
  static const bool has = [] {
    const pid_t process = ::fork();
    if (process == 0) {
      try {
        const UringBackend backend;
        ::_exit(0);
      } catch (const UringRefused& refusal) {
        ::dprintf(STDOUT_FILENO, "not tested on io_uring: %s\n", refusal.what());
        ::_exit(1);
      }
    }
    int status = -1;
    ::waitpid(process, &status, 0);
    return status == 0;
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
