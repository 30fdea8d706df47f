// What faults have to remember: about each link, and about each direction of each connection.
//
// Exists only in a network in which something can go wrong, beside the tables of a plain one: links
// are named by their numbers, directions by the slot of the end that receives. Records are made
// when they are first asked for, and stay where they are. Invariant: a Flow that holds something
// back has a timer, or its connection is dead.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "scheduler/time.h"
#include "simnet/event_queue.h"
#include "simnet/faults.h"

namespace rill::simnet {

/// One link, and until when what is wrong with it. Times that have passed mean nothing.
struct Wear {
  std::uint64_t key = 0;          // 0: not looked at so far
  std::uint32_t connections = 0;  // that were begun on it
  Instant stalled_until;
  Instant cut_until;
  Instant jammed_until;
  Instant slow_until;
};

/// A segment, or a signal in its place in the stream, that is lost or waits behind a lost one.
struct Held {
  Arrival kind;
  std::uint32_t size_bytes;
};

/// One direction of a connection.
struct Flow {
  static constexpr std::uint32_t kNobody = UINT32_MAX;

  std::uint32_t user = kNobody;  // Socket::generation / 4: whose the record is
  std::uint32_t number = 0;      // the nth connection from client to server
  std::uint64_t key = 0;         // see fault_sites.h
  std::vector<Held> held;
  Instant timer_at = Instant::never();  // when the kernel sends again
  std::uint64_t bytes = 0;              // that have left
  std::uint64_t armed_until = 0;        // up to which byte it was drawn whether it breaks
  std::uint64_t breaks_at = UINT64_MAX;
  Fault breaks_by{};
  std::uint32_t unconfirmed_bytes = 0;  // arrived, but their ACKs were lost
  std::uint8_t attempts = 0;            // to send again, in vain
  std::uint8_t losses_left = 0;         // of the next attempts
  std::uint8_t lost_syns = 0;           // of the next ones
  bool is_to_server = false;
  bool refuses = false;          // the SYN is answered as if nobody listened
  bool has_lost_window = false;  // the writer does not know that there is room
  bool is_dead = false;          // nothing of it ever arrives
  bool is_over = false;          // broken by a reset: nothing leaves any more
  bool is_gone = false;          // the receiving end gave up, and answers with resets
};

class FaultState {
 public:
  Wear& wear(std::uint32_t link) { return at(links_, link); }
  Flow& flow(std::uint32_t slot) { return at(flows_, slot); }

 private:
  template <class T>
  static T& at(std::deque<T>& all, std::uint32_t number) {
    if (number >= all.size()) all.resize(number + 1);
    return all[number];
  }

  std::deque<Wear> links_;
  std::deque<Flow> flows_;
};

}  // namespace rill::simnet
