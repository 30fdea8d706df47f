// Parsing and printing of addresses; by hand, because libc's versions need socket headers that the
// scheduler does not know. Text form of IPv6: RFC 5952 (longest run of zero groups becomes "::").
#include "scheduler/address.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace rill {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text, int base, std::size_t most_digits,
                                          std::uint32_t most) {
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (base == 16 && c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (base == 16 && c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit < 0) return std::nullopt;
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
  }
  if (value > most) return std::nullopt;
  return value;
}

/// Four decimal numbers into `out`. "010" is refused: some parsers read it as octal.
bool parse_ipv4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    const auto dot = i < 3 ? text.find('.') : text.size();
    if (dot == text.npos) return false;
    const auto digits = text.substr(0, dot);
    const auto value = parse_number(digits, 10, 3, 255);
    if (!value || (digits.size() > 1 && digits[0] == '0')) return false;
    out[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(i < 3 ? dot + 1 : dot);
  }
  return text.empty();
}

/// Groups of `text` ("1:2:3", or "1:2:10.0.0.1" at the end of an address) appended to `out` from
/// `used` on.
bool parse_groups(std::string_view text, bool is_end, std::array<std::uint8_t, 16>& out,
                  std::size_t& used) {
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    if (colon == text.npos && is_end && group.find('.') != group.npos) {
      if (used + 4 > 16 || !parse_ipv4(group, out.data() + used)) return false;
      used += 4;
      return true;
    }
    const auto value = parse_number(group, 16, 4, 0xFFFF);
    if (!value || used + 2 > 16) return false;
    out[used++] = static_cast<std::uint8_t>(*value >> 8);
    out[used++] = static_cast<std::uint8_t>(*value & 0xFF);
    if (colon == text.npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;  // a colon with nothing behind it
  }
  return true;
}

bool parse_ipv6(std::string_view text, std::array<std::uint8_t, 16>& out) {
  const auto gap = text.find("::");
  std::size_t used = 0;
  if (gap == text.npos) return parse_groups(text, true, out, used) && used == 16;
  if (text.find("::", gap + 1) != text.npos) return false;
  std::array<std::uint8_t, 16> tail{};
  std::size_t tail_used = 0;
  if (!parse_groups(text.substr(0, gap), false, out, used)) return false;
  if (!parse_groups(text.substr(gap + 2), true, tail, tail_used)) return false;
  if (used + tail_used > 14) return false;  // "::" stands for at least one group
  std::copy_n(tail.begin(), tail_used, out.end() - static_cast<std::ptrdiff_t>(tail_used));
  return true;
}

constexpr std::size_t kMostDottedBytes = 15;
constexpr std::size_t kMostPortBytes = 5;

/// The new end.
char* put_dotted(char* to, const std::uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) *to++ = '.';
    to = std::to_chars(to, to + 3, bytes[i]).ptr;
  }
  return to;
}

std::string dotted(const std::uint8_t* bytes) {
  char text[kMostDottedBytes];
  return {text, put_dotted(text, bytes)};
}

std::string scope_text(std::uint32_t scope) {
  return scope == 0 ? std::string() : "%" + std::to_string(scope);
}

}  // namespace

Address Address::ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                      std::uint16_t port) {
  Address address;
  address.bytes = {a, b, c, d};
  address.port = port;
  address.family = Family::ipv4;
  return address;
}

std::optional<Address> Address::parse(std::string_view literal, std::uint16_t port) {
  Address address;
  address.port = port;
  if (parse_ipv4(literal, address.bytes.data())) {
    address.family = Family::ipv4;
    return address;
  }
  address.bytes = {};
  if (literal.size() >= 2 && literal.front() == '[' && literal.back() == ']') {
    literal = literal.substr(1, literal.size() - 2);
  }
  if (const auto percent = literal.find('%'); percent != literal.npos) {
    const auto scope = parse_number(literal.substr(percent + 1), 10, 9, 999'999'999);
    if (!scope) return std::nullopt;
    address.scope = *scope;
    literal = literal.substr(0, percent);
  }
  if (literal.find(':') == literal.npos || !parse_ipv6(literal, address.bytes)) return std::nullopt;
  address.family = Family::ipv6;
  return address;
}

std::string Address::host_text() const {
  if (family == Family::none) return "(no address)";
  if (family == Family::ipv4) return dotted(bytes.data());
  // RFC 5952, 5: where the prefix tells that an IPv4 address is within, it is written as one.
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(std::begin(kMapped), std::end(kMapped), bytes.begin()))
    return "::ffff:" + dotted(bytes.data() + 12) + scope_text(scope);
  char text[16];
  int gap_start = -1;
  int gap_length = 1;  // a single zero group is written as 0
  const auto group = [&](int i) {
    const auto at = static_cast<std::size_t>(i) * 2;
    return bytes[at] << 8 | bytes[at + 1];
  };
  for (int i = 0; i < 8; ++i) {
    int length = 0;
    while (i + length < 8 && group(i + length) == 0) ++length;
    if (length > gap_length) gap_start = i, gap_length = length;
  }
  std::string out;
  for (int i = 0; i < 8; ++i) {
    if (i == gap_start) {
      out += "::";
      i += gap_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    std::snprintf(text, sizeof text, "%x", group(i));
    out += text;
  }
  return out + scope_text(scope);
}

char* put(char* to, const Address& address) {
  if (address.family == Address::Family::ipv4) {
    to = put_dotted(to, address.bytes.data());
  } else {
    const bool has_brackets = address.family == Address::Family::ipv6;
    const std::string host = address.host_text();
    if (has_brackets) *to++ = '[';
    to += host.copy(to, host.size());
    if (has_brackets) *to++ = ']';
  }
  *to++ = ':';
  return std::to_chars(to, to + kMostPortBytes, address.port).ptr;
}

std::string to_string(const Address& address) {
  char text[kMostAddressBytes];
  return {text, put(text, address)};
}

}  // namespace rill
