// What is on its way: segments, answers and timers of the simulated network, by time.
//
// A radix heap with a sorted front. Simulated time never runs backwards, so an event lies in the
// bucket named by the highest bit in which its time differs from the time up to which all was
// taken. Buckets are appended to and split in order, so equal times come out in the order in which
// they went in, without a sequence number. A bucket that is small, or of one time, becomes the
// front: the array that events are taken from, and in which everybody can see who is next.
// Invariant: what lands up to `last` is in the front, everything else in the buckets. Events carry
// no payload; what they mean is judged when they land.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scheduler/time.h"

namespace rill::simnet {

/// What an event means to its target: the socket in slot `target`, unless said otherwise.
enum class Arrival : std::uint8_t {
  syn,            ///< target: the client; its SYN reaches the other host
  syn_ack,        ///< target: the client
  handshake,      ///< target: the server's end; the ACK that completes the handshake
  segment,        ///< amount: bytes
  fin,            ///< end of stream
  rst,            ///< reset
  acknowledged,   ///< amount: bytes of which a blocked writer learns that they have arrived
  window,         ///< the writer learns that the reader has made room
  retry_syn,      ///< target: the client; time to send the SYN again
  retry_queue,    ///< target: the server's end; time to look again for room in the accept queue
  retransmit,     ///< time to send again what was lost on the way to the target
  retry_silence,  ///< target: a socket that is gone; its peer sends again what it never got
  // From here on the target is no socket.
  answer,        ///< target: a question to the name server
  host_returns,  ///< target: a host that restarts or goes on, amount: the number of that plan
};

struct Event {
  Instant at;
  std::uint32_t target = 0;
  std::uint32_t word = 0;  // the kind, and above it the amount

  Event() = default;
  Event(Instant time, Arrival kind, std::uint32_t to, std::uint32_t amount_bytes = 0)
      : at(time), target(to), word(static_cast<std::uint32_t>(kind) | amount_bytes << 8) {}
  Arrival kind() const { return static_cast<Arrival>(word & 0xFF); }
  std::uint32_t amount() const { return word >> 8; }  // up to 16 MiB
};
static_assert(sizeof(Event) == 16);

class EventQueue {
 public:
  /// A front of at most so many events may hold several moments; a longer one is of one moment.
  static constexpr std::size_t kSmall = 48;

  std::size_t size() const { return pushed_ - taken_; }
  std::uint64_t taken() const { return taken_; }

  /// Not before the last event taken.
  void push(const Event& event) {
    ++pushed_;
    if (event.at < next_) next_ = event.at;
    if (event.at.ns <= last_ns_) [[unlikely]]
      return insert_into_front(event);
    put(event);
  }

  /// When the next event lands; never() if there is none.
  Instant next_time() const { return next_; }

  /// Makes the events at next_time() those of the moment. Not when empty, nor before the moment
  /// that was begun last has ended.
  /// Returns whether the front is new.
  bool begin_moment() {
    const bool is_exhausted = cursor_ == front_.size();
    if (is_exhausted) refill_front();
    moment_ = next_;
    return is_exhausted;
  }
  bool is_in_moment() const { return cursor_ < front_.size() && front_[cursor_].at == moment_; }
  /// The next event of the moment; what is pushed meanwhile for the same time belongs to it.
  Event take() {
    ++taken_;
    return front_[cursor_++];
  }
  /// The one after it, or null at the end of the moment.
  const Event* peek() const { return is_in_moment() ? &front_[cursor_] : nullptr; }
  /// The event `steps` after the next one, of this moment or a later one, as far as that is known.
  const Event* look_ahead(std::size_t steps) const {
    return cursor_ + steps < front_.size() ? &front_[cursor_ + steps] : nullptr;
  }
  /// All that is known to come next, in order.
  std::span<const Event> front() const { return std::span(front_).subspan(cursor_); }
  void end_moment() {
    if (cursor_ < front_.size()) {
      next_ = front_[cursor_].at;
    } else {
      front_.clear();
      cursor_ = 0;
      find_next();
    }
  }

 private:
  int bucket_of(Instant at) const {
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(at.ns ^ last_ns_) | 1));
  }
  void put(const Event& event) {
    const int bucket = bucket_of(event.at);
    buckets_[bucket].push_back(event);
    occupied_ |= std::uint64_t{1} << bucket;
  }
  /// Buckets hold ascending ranges of time: the first event is in the first that is not empty.
  void find_next() {
    next_ = Instant::never();
    if (occupied_ == 0) return;
    for (const Event& event : buckets_[std::countr_zero(occupied_)]) {
      if (event.at < next_) next_ = event.at;
    }
  }
  /// Behind its equals.
  void insert_into_front(const Event& event) {
    std::size_t place = front_.size();
    front_.push_back(event);
    for (; place > cursor_ && event.at < front_[place - 1].at; --place) {
      front_[place] = front_[place - 1];
    }
    front_[place] = event;
  }
  void refill_front() {
    front_.clear();
    cursor_ = 0;
    const int first = std::countr_zero(occupied_);
    std::vector<Event>& from = buckets_[first];
    occupied_ &= ~(std::uint64_t{1} << first);
    if (from.size() <= kSmall) {
      for (const Event& event : from) insert_into_front(event);
      // All of the bucket's range is in the front now.
      last_ns_ |= static_cast<std::int64_t>((std::uint64_t{1} << first) - 1);
    } else {
      last_ns_ = next_.ns;
      for (const Event& event : from) {
        if (event.at == next_) {
          front_.push_back(event);
        } else {
          put(event);
        }
      }
    }
    from.clear();
  }

  std::array<std::vector<Event>, 64> buckets_;
  std::vector<Event> front_;    // by time, from cursor_ on
  std::size_t cursor_ = 0;      // the next event of the front
  std::uint64_t occupied_ = 0;  // bit b: bucket b is not empty
  std::int64_t last_ns_ = 0;    // the end of the front; buckets are counted from here
  std::uint64_t pushed_ = 0;
  std::uint64_t taken_ = 0;
  Instant next_ = Instant::never();
  Instant moment_;
};

}  // namespace rill::simnet
