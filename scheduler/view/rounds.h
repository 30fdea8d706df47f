// Rounds: tasks that go round. One does the same at the same line of the program to one channel,
// semaphore, event or connection after the other, at least three, again and again in the same
// order. When it leaves one out after two rounds or more, and comes to it again later, somebody
// has changed what it goes through. Part of clues.cc; page/rounds.js is the same for the page.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::view {

class Rounds {
 public:
  struct LeftOut {
    std::size_t i;       ///< the event with which the task goes on behind what it left out
    std::string place;   ///< what it left out: "channel#2", "connection 3"
    std::size_t rounds;  ///< that were whole before
  };

  /// The next event, in order.
  void see(const trace::Record& event, std::size_t i);
  const std::vector<LeftOut>& left_out() const { return left_out_; }

 private:
  struct Round {
    std::vector<std::string> order;  ///< of the first round
    bool is_whole = false;           ///< the order is known
    bool has_ended = false;          ///< it goes round no more, or never did
    std::size_t next = 0;            ///< whose turn it is
    std::size_t rounds = 0;
    LeftOut missed{0, "", 0};  ///< until it is come to again
  };
  void go_on(Round& round, const std::string& place, std::size_t i);

  std::map<std::string, Round> of_line_;  ///< by task, deed and line
  std::vector<LeftOut> left_out_;
};

}  // namespace rill::view
