// DemoOrigin: a child process that serves the hundred pages on a real loopback port, each 50 ms
// after it was asked for; so that --demo needs nothing but this program.
//
// The child is a Rill server of its own: one scheduler, one thread. It ends with its parent,
// however that ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "scheduler/time.h"

namespace rill::crawler {

class DemoOrigin {
 public:
  /// Starts it and waits until it listens. Before any run() on this thread. Throws
  /// std::system_error when the system has no process or pipe left.
  DemoOrigin(const std::string& backend, Duration delay);
  DemoOrigin(const DemoOrigin&) = delete;
  DemoOrigin& operator=(const DemoOrigin&) = delete;
  /// Ends the child and waits for that.
  ~DemoOrigin();

  std::uint16_t port() const { return port_; }

 private:
  pid_t child_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace rill::crawler
