// What is on its way: segments, answers and timers of the simulated network, by time.
//
// A radix heap: simulated time never runs backwards, so an event lies in the bucket named by the
// highest bit in which its time differs from the time of the last one taken. Buckets are appended
// to and split in order, so equal times come out in the order in which they went in, without a
// sequence number. Events carry no payload; what they mean is judged when they land.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scheduler/time.h"

namespace rill::simnet {

/// What an event means to its target. All but `answer` are about the socket in slot `target`.
enum class Arrival : std::uint8_t {
  syn,           ///< target: the client; its SYN reaches the other host
  syn_ack,       ///< target: the client
  handshake,     ///< target: the server's end; the ACK that completes the handshake
  segment,       ///< amount: bytes
  fin,           ///< end of stream
  rst,           ///< reset
  acknowledged,  ///< amount: bytes of which a blocked writer learns that they have arrived
  window,        ///< the writer learns that the reader has made room
  retry_syn,     ///< target: the client; time to send the SYN again
  retry_queue,   ///< target: the server's end; time to look again for room in the accept queue
  answer,        ///< target: a question to the name server
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
  std::size_t size() const { return size_; }
  std::uint64_t taken() const { return taken_; }

  /// Not before the last event taken.
  void push(const Event& event) {
    const int bucket = bucket_of(event.at.ns);
    buckets_[bucket].push_back(event);
    occupied_ |= std::uint64_t{1} << bucket;
    if (event.at < next_) next_ = event.at;
    ++size_;
  }

  /// When the next event lands; never() if there is none.
  Instant next_time() const { return next_; }

  /// The next event. Not when empty.
  Event pop() {
    if (cursor_ == buckets_[0].size()) split();
    const Event event = buckets_[0][cursor_++];
    --size_;
    ++taken_;
    if (cursor_ == buckets_[0].size()) {
      buckets_[0].clear();
      cursor_ = 0;
      occupied_ &= ~std::uint64_t{1};
      find_next();
    }
    return event;
  }

  /// The event `steps` after the next one, if it lands at the time of the last one taken.
  const Event* peek(std::size_t steps = 0) const {
    const std::size_t place = cursor_ + steps;
    return place < buckets_[0].size() ? &buckets_[0][place] : nullptr;
  }

 private:
  int bucket_of(std::int64_t ns) const {
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(ns ^ last_ns_)));
  }
  /// Buckets hold ascending ranges of time: the first event is in the first that is not empty.
  void find_next() {
    next_ = Instant::never();
    if (occupied_ == 0) return;
    for (const Event& event : buckets_[std::countr_zero(occupied_)]) {
      if (event.at < next_) next_ = event.at;
    }
  }
  /// Moves the first occupied bucket into those below it; what is next goes to bucket 0.
  void split() {
    const int first = std::countr_zero(occupied_);
    std::vector<Event>& from = buckets_[first];
    occupied_ &= ~(std::uint64_t{1} << first);
    last_ns_ = next_.ns;
    for (const Event& event : from) {
      const int bucket = bucket_of(event.at.ns);
      buckets_[bucket].push_back(event);
      occupied_ |= std::uint64_t{1} << bucket;
    }
    from.clear();
  }

  std::array<std::vector<Event>, 64> buckets_;
  std::uint64_t occupied_ = 0;  // bit b: bucket b is not empty
  std::size_t cursor_ = 0;      // the next unread event of bucket 0
  std::size_t size_ = 0;
  std::uint64_t taken_ = 0;
  std::int64_t last_ns_ = 0;
  Instant next_ = Instant::never();
};

}  // namespace rill::simnet
