// The record of one end of a connection, and the table of all of them.
//
// The first cache line is the incoming direction - the stream that this end reads - including what
// its writer has not sent yet, so that a segment that lands touches one line. The second is who and
// where this end is. Records are named by slot. A record is used again once the program has closed
// both ends of its connection and nothing is on its way to either; until then a late segment still
// finds it. Invariant: generation is 4n for the nth user of a record, 4n+1 while the program holds
// a handle, 4n+2 once it has closed it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "scheduler/backend.h"
#include "simnet/byte_queue.h"

namespace rill::simnet {

inline constexpr std::uint32_t kNoSlot = UINT32_MAX;
inline constexpr HostId kNoHost = UINT32_MAX;

/// Which of a host's own addresses: bits, so that a listener can have several.
enum AddressKind : std::uint8_t {
  kOwnIpv4 = 1,
  kLoopbackIpv4 = 2,
  kOwnIpv6 = 4,
  kLoopbackIpv6 = 8,
};

struct alignas(64) Socket {
  enum class State : std::uint8_t {
    unused,
    listening,
    connecting,   // the SYN is on its way, or was dropped
    handshaking,  // the server's end, before the handshake is complete
    connected,    // including half-closed and reset ones
    closed,       // by the program; or it never came to be
    time_wait,    // nothing but an occupied pair of ports
  };

  // ---- the incoming direction
  ByteQueue bytes;                   // [arrived][in flight][unsent]
  std::uint32_t arrived = 0;         // bytes that can be read now
  std::uint32_t in_flight = 0;       // bytes in segments on their way
  std::uint32_t unsent = 0;          // bytes that wait for room in the window
  std::uint32_t unacknowledged = 0;  // bytes arrived, but a blocked writer does not know yet
  Op* reading = nullptr;             // the RecvOp (or AcceptOp) that waits here
  Instant last_arrival;              // of what left last for this end: nothing overtakes it
  std::uint32_t receive_buffer_bytes = 0;
  State state = State::unused;
  bool has_fin = false;       // the end of the stream has arrived
  bool has_reset = false;     // a reset has arrived
  bool writer_waits = false;  // the peer is blocked in send

  // ---- who and where
  std::uint32_t generation = 0;
  std::uint32_t peer = kNoSlot;  // the record of the other end
  std::uint32_t link = 0;        // the link on which this end sends
  HostId host = 0;
  Op* writing = nullptr;  // the SendOp (or ConnectOp) that waits here
  Instant since;          // connecting: when it began; later: when TIME_WAIT began
  std::uint32_t send_buffer_bytes = 0;
  std::uint32_t events = 0;          // on their way to this end, segments not counted
  std::uint32_t next = kNoSlot;      // in a list: unused records, accept queue, TIME_WAIT
  std::uint32_t listener = kNoSlot;  // listening, handshaking: which one
  HostId peer_host = kNoHost;
  std::uint16_t port = 0;
  std::uint16_t peer_port = 0;
  AddressKind kind{};                  // the same for both ends
  std::uint8_t error = 0;              // errno that the next call reports
  std::uint8_t attempts = 0;           // SYNs sent, or looks at the accept queue
  bool ends_after_unsent : 1 = false;  // a FIN follows what waits for the window
  bool has_ended : 1 = false;          // our FIN was queued or sent, or a reset: no more writing
  bool closed_first : 1 = false;       // our FIN left before the peer's came
  bool window_on_its_way : 1 = false;  // an Arrival::window for the incoming direction
  bool owns_ports : 1 = false;         // it is in the table of pairs of ports
  bool shows_mapped : 1 = false;       // its addresses are shown as ::ffff:a.b.c.d
  bool has_timer : 1 = false;          // an Arrival::retry_... is queued

  bool is_open() const { return generation % 2 == 1; }
};
static_assert(sizeof(Socket) == 128);

class SocketTable {
 public:
  Socket& operator[](std::uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk]; }
  const Socket& operator[](std::uint32_t slot) const {
    return chunks_[slot / kChunk][slot % kChunk];
  }
  std::uint32_t slots() const { return slots_; }
  std::size_t in_use() const { return in_use_; }

  /// The open socket of a handle, or null.
  Socket* find(Handle handle) {
    if (handle.slot >= slots_ || handle.generation % 2 == 0) return nullptr;
    Socket& socket = (*this)[handle.slot];
    return socket.generation == handle.generation ? &socket : nullptr;
  }
  bool exists(std::uint32_t slot) const { return slot < slots_; }

  /// A fresh record. The last one released is used first: its memory is warm.
  std::uint32_t take() {
    ++in_use_;
    if (free_ != kNoSlot) {
      const std::uint32_t slot = free_;
      free_ = (*this)[slot].next;
      (*this)[slot].next = kNoSlot;
      return slot;
    }
    if (slots_ % kChunk == 0) chunks_.push_back(std::make_unique<Socket[]>(kChunk));
    return slots_++;
  }
  /// Its bytes must have been cleared.
  void release(std::uint32_t slot) {
    Socket& socket = (*this)[slot];
    const std::uint32_t generation = (socket.generation / 4 + 1) * 4;
    socket = Socket();
    socket.generation = generation;
    socket.next = free_;
    free_ = slot;
    --in_use_;
  }

  /// 1, 2, 3 ... for the first user of each slot, and far away from it for later ones: what traces
  /// call the socket.
  static std::uint64_t number(std::uint32_t slot, const Socket& socket) {
    return std::uint64_t{socket.generation / 4} << 32 | (slot + 1);
  }
  std::uint64_t number(std::uint32_t slot) const { return number(slot, (*this)[slot]); }

 private:
  static constexpr std::uint32_t kChunk = 1024;

  std::vector<std::unique_ptr<Socket[]>> chunks_;
  std::uint32_t slots_ = 0;
  std::uint32_t free_ = kNoSlot;
  std::size_t in_use_ = 0;
};

}  // namespace rill::simnet
