// One IP packet with a TCP segment in it, as bytes: what a network card would have seen.
//
// IPv4 (RFC 791) or IPv6 (RFC 8200), by the family of the addresses, with both checksums. Knows no
// connection: sequence numbers are the caller's business (conversation.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scheduler/address.h"

namespace rill::exports {

enum TcpFlags : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

/// The most payload of one packet: an IPv4 packet has 16 bits for its length, headers included.
inline constexpr std::size_t kMostPayloadBytes = 65'483;

/// Windows are multiplied by 2^14, the most that there is (RFC 7323): about 1 GB. No trace says how
/// large a window was; so large a one never seems full.
inline constexpr std::uint8_t kWindowShift = 14;

struct TcpPacket {
  Address from;  ///< both of one family, IPv4 or IPv6
  Address to;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;  ///< with kAck
  std::uint8_t flags = 0;          ///< of TcpFlags; a SYN carries the option of the window's scale
  std::string_view payload;        ///< at most kMostPayloadBytes
};

/// The packet from its IP header on.
std::string ip_bytes(const TcpPacket& packet);

}  // namespace rill::exports
