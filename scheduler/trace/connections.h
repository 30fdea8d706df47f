// The connections of a run, as its trace numbers them: 1, 2, 3 ... in the order of their first
// event, with ends "a" and "b"; how far each direction has got; and which event caused which.
//
// Events name sockets by numbers whose low half is a slot. Kept by slot, so what is kept is bounded
// by the sockets that were open at one time: the next user of a slot takes the place of the last.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "scheduler/trace/record.h"
#include "scheduler/trace/surroundings.h"

namespace rill::trace {

/// A segment that has left and has not arrived.
struct InFlight {
  std::uint64_t first = 0;  ///< n of its `segment`
  std::uint64_t last = 0;   ///< the same of its last repetition
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// Those to one end, in the order in which they left.
class Coming {
 public:
  std::size_t size() const { return segments_.size() - first_; }
  bool empty() const { return size() == 0; }
  InFlight& operator[](std::size_t i) { return segments_[first_ + i]; }
  void push_back(const InFlight& segment) {
    if (first_ > kMostGone && first_ > size()) {
      segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    segments_.push_back(segment);
  }
  /// Not when empty.
  InFlight pop_front() {
    const InFlight segment = segments_[first_++];
    if (empty()) segments_.clear(), first_ = 0;
    return segment;
  }

 private:
  static constexpr std::size_t kMostGone = 64;

  std::vector<InFlight> segments_;
  std::size_t first_ = 0;  // those before it have arrived
};

/// One end of a connection, or a listener.
struct TracedSocket {
  std::uint64_t number = 0;  ///< 0: nobody
  std::uint64_t peer = 0;
  HostId host = 0;
  std::uint64_t conn = 0;  ///< 0: a listener
  End end = End::none;
  std::uint64_t listener = 0;
  std::uint64_t flow = 0;  ///< instance of the sites of its faults

  // Bytes so far.
  std::uint64_t sent = 0;     ///< application -> kernel
  std::uint64_t left = 0;     ///< in segments
  std::uint64_t arrived = 0;  ///< from the other end
  std::uint64_t read = 0;     ///< kernel -> application
  Coming coming;

  // n of events; 0: there was none.
  std::uint64_t connected = 0;  ///< the first `connect`
  std::uint64_t to_reader = 0;  ///< the last that ends a recv, an accept, a connect
  std::uint64_t to_writer = 0;  ///< the last that ends a send
  std::uint64_t fin = 0;        ///< its `shutdown`
  std::uint64_t broken = 0;     ///< what makes its peer get a reset
};

class Connections {
 public:
  explicit Connections(Surroundings& surroundings) : surroundings_(surroundings) {}

  TracedSocket& of(std::uint64_t number) {
    const std::size_t slot = slot_of(number);
    const bool is_known = slot < sockets_.size() && sockets_[slot].number == number;
    return is_known ? sockets_[slot] : add(number);
  }
  /// The other end; null if it is not known, or not of this world.
  TracedSocket* peer_of(TracedSocket& socket);
  /// By Handle::slot and 1, as it is now; null if nobody was told of.
  TracedSocket* at_slot(std::uint32_t slot_and_one);

  /// What strikes the direction to `socket` is drawn at sites of this instance.
  void set_flow(TracedSocket& socket, std::uint64_t instance);
  /// Whom a fault at a site of this instance strikes; null if it is no connection.
  TracedSocket* struck(std::uint64_t instance);

  std::size_t kept() const { return sockets_.size() + flows_.size(); }

 private:
  static std::size_t slot_of(std::uint64_t number) {
    return static_cast<std::uint32_t>(number) - std::size_t{1};
  }
  TracedSocket& add(std::uint64_t number);

  Surroundings& surroundings_;
  std::deque<TracedSocket> sockets_;                        // by slot; references stay good
  std::unordered_map<std::uint64_t, std::uint64_t> flows_;  // deterministic: never iterated
  std::uint64_t connections_ = 0;
  std::uint64_t listeners_ = 0;
};

}  // namespace rill::trace
