// What the real-socket backends know of each descriptor, found by a Handle.
//
// Invariant: a slot's generation changes when its descriptor goes, so neither an old Handle nor an
// event that was still queued in the kernel can reach the descriptor's successor (the number is
// reused at once; the {slot, generation} pair is not, before 4 billion reuses of one slot). Events
// carry the pair as one word, never an address. A record is 32 bytes: an idle connection costs
// nothing else here.
#pragma once

#include <vector>

#include "scheduler/backend.h"

namespace rill {

struct Descriptor {
  enum class Kind : std::uint8_t {
    free,
    connection,
    connecting,
    listener,
    foreign,        ///< the program's: read and write on it are ours, closing is not
    signals,        ///< the signalfd
    name_resolver,  ///< a socket of the name resolver
  };

  int fd = -1;
  std::uint32_t generation = 1;
  Op* reading = nullptr;  ///< the recv or accept that waits; foreign: the first of a list
  Op* writing = nullptr;  ///< the send or connect that waits; foreign: the first of a list
  std::uint32_t next_free = 0;
  Kind kind = Kind::free;
  bool is_registered : 1 = false;  ///< with epoll
  /// Whether a call could do something: false from the moment the kernel has said "not now" until
  /// its next edge. So a socket that is known to be empty costs no futile system call.
  bool can_read : 1 = true;
  bool can_write : 1 = true;
  /// The end of the stream, an error or urgent data is there or has passed: a short read does not
  /// mean that nothing is left.
  bool short_read_is_no_proof : 1 = false;
  bool is_starved : 1 = false;     ///< a listener that waits for free descriptors or memory
  bool may_be_shared : 1 = false;  ///< a listener that others, too, may accept from
  std::uint8_t room_kib = 0;       ///< for the next message, when the last was large: streams.cc
};
static_assert(sizeof(Descriptor) <= 32);

class DescriptorTable {
 public:
  Handle add(int fd, Descriptor::Kind kind) {
    std::uint32_t slot = first_free_;
    if (slot == kNone) {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      first_free_ = slots_[slot].next_free;
    }
    Descriptor& added = slots_[slot];
    const std::uint32_t generation = added.generation;
    added = Descriptor{};
    added.fd = fd;
    added.generation = generation;
    added.kind = kind;
    return {slot, generation};
  }

  /// Null for a Handle that was never given out or whose descriptor is gone. Valid until the next
  /// add().
  Descriptor* find(Handle handle) {
    if (handle.slot >= slots_.size()) return nullptr;
    Descriptor& found = slots_[handle.slot];
    return found.generation == handle.generation && found.kind != Descriptor::Kind::free ? &found
                                                                                         : nullptr;
  }

  /// `handle` must be live.
  void remove(Handle handle) {
    Descriptor& gone = slots_[handle.slot];
    const std::uint32_t generation = gone.generation + 1;
    gone = Descriptor{};
    gone.generation = generation == 0 ? 1 : generation;  // 0 means "no socket"
    gone.next_free = first_free_;
    first_free_ = handle.slot;
  }

  template <class F>
  void for_each(F f) {
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].kind != Descriptor::Kind::free) f(Handle{slot, slots_[slot].generation});
    }
  }

  static std::uint64_t to_word(Handle handle) {
    return std::uint64_t{handle.generation} << 32 | handle.slot;
  }
  static Handle to_handle(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
  }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::vector<Descriptor> slots_;
  std::uint32_t first_free_ = kNone;
};

}  // namespace rill
