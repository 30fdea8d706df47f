// Conversations: the packets that a trace's connections must have exchanged, in the order of its
// events.
//
// In a simulated run each packet is written when it leaves, since the trace says so: SYN at
// `connect`, data at `segment`, FIN at `shutdown`; what is lost is there too, and what is sent
// again comes again. ACKs leave when something has arrived. What no event tells is filled in at the
// event that proves it: SYN-ACK and ACK at `established`, RST where it arrives. On real sockets the
// kernel's packets are not known: each send and recv of the program is a packet, and where the
// other end is another process it answers at once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/export/stream_bytes.h"
#include "scheduler/export/tcp_packet.h"
#include "scheduler/trace/record.h"

namespace rill::exports {

/// A packet, and the event that it is of.
struct SeenPacket {
  const trace::Record& event;
  TcpPacket packet;
  const trace::Record* source = nullptr;  ///< the send that its first byte is from; may be null
  std::uint64_t unknown_bytes = 0;        ///< of the payload: zeros
  std::string_view remark;  ///< what is to be said about it, such as that it is guessed
};

class Conversations {
 public:
  /// Takes a packet; false: it wants no more.
  using Sink = std::function<bool(const SeenPacket&)>;

  /// `log` must outlive this.
  Conversations(const trace::Log& log, Sink sink);

  /// The next event of the log. Whether the packets show it.
  bool take(const trace::Record& record);

  /// Connections without addresses in the trace, which got some of those for documentation.
  std::uint64_t invented() const { return invented_; }
  /// Events that speak of more bytes than a connection can have.
  std::uint64_t absurd() const { return absurd_; }

 private:
  /// One end, and the stream that it sends.
  struct Side {
    Address address;
    std::uint32_t first_sequence = 0;
    std::uint64_t left = 0;     ///< bytes that were sent
    std::uint64_t arrived = 0;  ///< bytes of the other end that are here
    bool has_syn = false;       ///< has sent a SYN; so have fin and rst
    bool has_fin = false;
    bool has_rst = false;
    bool got_fin = false;
    bool is_told = false;  ///< the trace has events of it: it is in this process
    StreamBytes bytes;
  };
  struct Connection {
    Side a;
    Side b;
    bool is_established = false;
  };

  static Side& side(Connection& connection, trace::End end);
  static Side& peer(Connection& connection, trace::End end);

  void learn(const trace::Record& record);
  void find_address(std::uint64_t number, Connection& connection, trace::End end);

  void emit(const trace::Record& event, Side& from, Side& to, std::uint8_t flags,
            std::string_view remark = {});
  void emit_data(const trace::Record& event, Side& from, Side& to, std::uint64_t offset,
                 std::uint64_t size_bytes, std::string_view remark = {});
  void hand_on(const SeenPacket& seen);
  void acknowledge(const trace::Record& event, Side& from, Side& to, std::uint64_t arrived);
  void shake_hands(const trace::Record& event, Connection& connection);
  void finish(const trace::Record& event, Side& from, Side& to, std::string_view remark = {});
  void take_simulated(const trace::Record& record, Connection& connection);
  void take_real(const trace::Record& record, Connection& connection);
  void take_common(const trace::Record& record, Connection& connection);

  const bool is_simulated_;
  Sink sink_;
  bool is_full_ = false;
  std::uint64_t emitted_ = 0;
  std::map<std::uint64_t, Connection> connections_;
  std::map<std::uint64_t, std::pair<std::string, std::string>> addresses_;  ///< from, to
  std::uint64_t invented_ = 0;
  std::uint64_t absurd_ = 0;
};

}  // namespace rill::exports
