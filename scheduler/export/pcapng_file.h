// The blocks of a pcapng file, the format of Wireshark (draft-ietf-opsawg-pcapng): a section, one
// interface for packets that begin with their IP header, names of addresses, packets.
//
// Little-endian, times in nanoseconds. Knows no TCP: what the bytes of a packet are is the caller's
// business.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scheduler/address.h"

namespace rill::exports {

class PcapngFile {
 public:
  /// The program that was run, for `capinfos`; a comment on the whole file; where it was captured.
  PcapngFile(std::string_view application, std::string_view comment, std::string_view interface);

  struct Name {
    Address address;
    std::string name;
  };
  /// Before the packets, or tshark reads them without the names.
  void add_names(std::span<const Name> names);
  void add_packet(std::uint64_t t_ns, std::string_view ip_bytes,
                  std::span<const std::string> comments);

  std::uint64_t size_bytes() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  void add_block(std::uint32_t type, std::string_view body);

  std::string bytes_;
};

}  // namespace rill::exports
