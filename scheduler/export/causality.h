// Causality: which events of a trace came from which, as far as the trace tells (Lamport's
// happened-before).
//
// Each event is in a lane (events.h) and after the one before it there. Beyond that: a task begins
// after its spawn and goes on after its wake; a wake is after its cause; a deliver is after its
// segment, a segment after the send of its last byte, a recv after what was delivered; accept and
// established are after connect, the end of a stream after the other end's shutdown; who takes a
// value, a permit or a set event goes on after who gave it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::exports {

class Causality {
 public:
  explicit Causality(const trace::Log& log);

  std::uint32_t lane(std::size_t event) const { return lane_of_[event]; }
  const std::vector<std::string>& lanes() const { return lanes_; }
  /// Events right before this one, all of them earlier in the log. May name one twice.
  const std::vector<std::uint32_t>& causes(std::size_t event) const { return causes_[event]; }

 private:
  friend class CausalityBuilder;

  std::vector<std::string> lanes_;
  std::vector<std::uint32_t> lane_of_;
  std::vector<std::vector<std::uint32_t>> causes_;
};

/// Vector clocks of some events of a log: how many of them, in each lane, each one is after - and
/// itself. What is not among them still carries the order on. Memory goes with the number of these
/// events and how many of them each one is after, and not with how many tasks the run had.
class VectorClocks {
 public:
  struct Entry {
    std::uint32_t lane;
    std::uint32_t count;  ///< not 0
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  using Clock = std::vector<Entry>;  ///< by lane, ascending; of all other lanes 0

  /// `events` are numbers of records, ascending. Events before the first of them count for nothing.
  VectorClocks(const Causality& causality, const std::vector<std::uint32_t>& events);

  /// Of the `index`-th of the events.
  const Clock& of(std::size_t index) const { return *clocks_[index]; }
  static std::uint32_t count_in(const Clock& clock, std::uint32_t lane);

 private:
  std::vector<std::shared_ptr<const Clock>> clocks_;
};

}  // namespace rill::exports
