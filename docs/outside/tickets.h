// A protocol of your own: whoever sends "next" gets a number that nobody else gets.
#pragma once

#include <string>

#include "net/net.h"
#include "scheduler/api.h"

namespace tickets {

/// Gives out 1, 2, 3, ... Each number is written down before it is given out.
class Office {
 public:
  rill::Task<> serve(rill::Connection client) {
    for (;;) {
      const std::string line = co_await client.readline("\n", 64);
      if (line.empty()) co_return;
      const rill::Semaphore::Permit one_at_a_time = co_await guard_.acquire();
      const int number = last_ + 1;
      co_await rill::sleep(rill::milliseconds(1));  // as long as a disk takes
      last_ = number;
      co_await client.sendall(std::to_string(number) + "\n");
    }
  }

 private:
  rill::Semaphore guard_{1};
  int last_ = 0;
};

}  // namespace tickets
