// Blocks and options of pcapng. See pcapng_file.h.
#include "scheduler/export/pcapng_file.h"

namespace rill::exports {
namespace {

// Blocks.
constexpr std::uint32_t kSection = 0x0A0D0D0A;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kNames = 4;
constexpr std::uint32_t kPacket = 6;

// Options. A comment has the same number in every block.
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kSectionApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceResolution = 9;

// Records of names.
constexpr std::uint16_t kIpv4Name = 1;
constexpr std::uint16_t kIpv6Name = 2;

constexpr std::uint32_t kRawIp = 101;  // the link layer: IPv4 or IPv6, told apart by the first byte
constexpr std::size_t kMostOptionBytes = 65'000;  // it has 16 bits for its length

template <class Integer>
void put(std::string& to, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    to += static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * i & 0xFF);
  }
}

/// The value of an option or of a record, or a packet: filled up to a multiple of four bytes.
void put_padded(std::string& to, std::string_view value) {
  to.append(value);
  to.append((4 - value.size() % 4) % 4, '\0');
}

void put_option(std::string& to, std::uint16_t code, std::string_view value) {
  value = value.substr(0, kMostOptionBytes);
  put(to, code);
  put(to, static_cast<std::uint16_t>(value.size()));
  put_padded(to, value);
}

void put_text(std::string& to, std::uint16_t code, std::string_view value) {
  if (!value.empty()) put_option(to, code, value);
}

}  // namespace

PcapngFile::PcapngFile(std::string_view application, std::string_view comment,
                       std::string_view interface) {
  std::string section;
  put(section, std::uint32_t{0x1A2B3C4D});  // tells the order of bytes
  put(section, std::uint16_t{1});           // version 1.0
  put(section, std::uint16_t{0});
  put(section, std::int64_t{-1});  // as long as it is
  put_text(section, kComment, comment);
  put_text(section, kSectionApplication, application);
  put(section, std::uint32_t{0});
  add_block(kSection, section);

  std::string about;
  put(about, static_cast<std::uint16_t>(kRawIp));
  put(about, std::uint16_t{0});
  put(about, std::uint32_t{0});  // packets are whole
  put_text(about, kInterfaceName, interface);
  put_option(about, kInterfaceResolution, "\x09");  // nanoseconds
  put(about, std::uint32_t{0});
  add_block(kInterface, about);
}

void PcapngFile::add_names(std::span<const Name> names) {
  std::string records;
  for (const Name& name : names) {
    const bool is_ipv4 = name.address.family == Address::Family::ipv4;
    std::string value(reinterpret_cast<const char*>(name.address.bytes.data()), is_ipv4 ? 4 : 16);
    value.append(name.name.substr(0, name.name.find('\0'))).push_back('\0');
    put_option(records, is_ipv4 ? kIpv4Name : kIpv6Name, value);
  }
  if (records.empty()) return;
  put(records, std::uint32_t{0});
  add_block(kNames, records);
}

void PcapngFile::add_packet(std::uint64_t t_ns, std::string_view ip_bytes,
                            std::span<const std::string> comments) {
  std::string packet;
  put(packet, std::uint32_t{0});  // the one interface
  put(packet, static_cast<std::uint32_t>(t_ns >> 32));
  put(packet, static_cast<std::uint32_t>(t_ns));
  put(packet, static_cast<std::uint32_t>(ip_bytes.size()));
  put(packet, static_cast<std::uint32_t>(ip_bytes.size()));
  put_padded(packet, ip_bytes);
  for (const std::string& comment : comments) put_text(packet, kComment, comment);
  if (!comments.empty()) put(packet, std::uint32_t{0});
  add_block(kPacket, packet);
}

void PcapngFile::add_block(std::uint32_t type, std::string_view body) {
  const auto size_bytes = static_cast<std::uint32_t>(body.size() + 12);
  put(bytes_, type);
  put(bytes_, size_bytes);
  bytes_.append(body);
  put(bytes_, size_bytes);
}

}  // namespace rill::exports
