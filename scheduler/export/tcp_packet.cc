// Headers and checksums of IPv4, IPv6 and TCP. See tcp_packet.h.
#include "scheduler/export/tcp_packet.h"

#include "scheduler/check.h"

namespace rill::exports {
namespace {

constexpr std::uint8_t kTcp = 6;  // its number as a protocol of IP
constexpr std::uint8_t kHops = 64;
constexpr std::uint16_t kWindow = 65'535;

void put8(std::string& to, std::uint32_t value) { to += static_cast<char>(value & 0xFF); }
void put16(std::string& to, std::uint32_t value) { put8(to, value >> 8), put8(to, value); }
void put32(std::string& to, std::uint32_t value) { put16(to, value >> 16), put16(to, value); }

std::string_view bytes_of(const Address& address) {
  const std::size_t size_bytes = address.family == Address::Family::ipv4 ? 4 : 16;
  return {reinterpret_cast<const char*>(address.bytes.data()), size_bytes};
}

/// The sum of 16-bit words that all checksums of the Internet are made of (RFC 1071).
class Sum {
 public:
  /// Each part but the last has an even number of bytes.
  void add(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      const auto low = i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : 0u;
      sum_ += static_cast<unsigned char>(bytes[i]) << 8 | low;
    }
  }
  std::uint32_t checksum() const {
    std::uint64_t sum = sum_;
    while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<std::uint32_t>(~sum & 0xFFFF);
  }

 private:
  std::uint64_t sum_ = 0;
};

void set16(std::string& bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value & 0xFF);
}

std::string ip_header(const TcpPacket& packet, std::size_t tcp_bytes) {
  const auto length = static_cast<std::uint32_t>(tcp_bytes);
  std::string header;
  if (packet.from.family == Address::Family::ipv6) {
    put32(header, 6u << 28);
    put16(header, length);
    put8(header, kTcp);
    put8(header, kHops);
    return header.append(bytes_of(packet.from)).append(bytes_of(packet.to));
  }
  put16(header, 0x4500);  // version 4, five words of header
  put16(header, 20 + length);
  put16(header, 0);       // no identification: it is never fragmented (RFC 6864)
  put16(header, 0x4000);  // don't fragment
  put8(header, kHops);
  put8(header, kTcp);
  put16(header, 0);  // the checksum
  header.append(bytes_of(packet.from)).append(bytes_of(packet.to));
  Sum sum;
  sum.add(header);
  set16(header, 10, sum.checksum());
  return header;
}

}  // namespace

std::string ip_bytes(const TcpPacket& packet) {
  RILL_CHECK(packet.payload.size() <= kMostPayloadBytes, "a payload that no IP packet can hold");
  const bool has_options = (packet.flags & kSyn) != 0;
  std::string tcp;
  put16(tcp, packet.from.port);
  put16(tcp, packet.to.port);
  put32(tcp, packet.sequence);
  put32(tcp, (packet.flags & kAck) != 0 ? packet.acknowledged : 0);
  put8(tcp, has_options ? 0x60 : 0x50);  // six or five words of header
  put8(tcp, packet.flags);
  put16(tcp, kWindow);
  put32(tcp, 0);                                            // checksum, urgent pointer
  if (has_options) put32(tcp, 0x01030300u | kWindowShift);  // no operation; kind 3, 3 bytes
  const std::size_t tcp_bytes = tcp.size() + packet.payload.size();

  std::string pseudo_header(bytes_of(packet.from));
  pseudo_header.append(bytes_of(packet.to));
  put32(pseudo_header, static_cast<std::uint32_t>(tcp_bytes));
  put32(pseudo_header, kTcp);
  Sum sum;
  sum.add(pseudo_header);
  sum.add(tcp);
  sum.add(packet.payload);
  set16(tcp, 16, sum.checksum());
  return ip_header(packet, tcp_bytes).append(tcp).append(packet.payload);
}

}  // namespace rill::exports
