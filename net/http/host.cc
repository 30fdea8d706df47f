// See host.h.
#include "net/http/host.h"

#include <algorithm>

#include "net/http/percent.h"
#include "net/http/syntax.h"
#include "scheduler/address.h"

namespace rill::http {

namespace {

// IPv6address or IPvFuture between the brackets. A zone ("%eth0") means nothing to another machine.
bool is_ip_literal(std::string_view text) {
  if (!text.empty() && to_lower(text.front()) == 'v') {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || dot == 1 || dot + 1 == text.size()) return false;
    const auto is_hex = [](char c) { return hex_digit(c) >= 0; };
    const auto is_rest = [](char c) { return is_unreserved(c) || is_sub_delimiter(c) || c == ':'; };
    return std::all_of(text.begin() + 1, text.begin() + dot, is_hex) &&
           std::all_of(text.begin() + dot + 1, text.end(), is_rest);
  }
  if (text.find('%') != std::string_view::npos || text.find('[') != std::string_view::npos) {
    return false;
  }
  const auto address = Address::parse(text);
  return address && address->family == Address::Family::ipv6;
}

bool is_reg_name(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_unreserved(text[at]) || is_sub_delimiter(text[at])) continue;
    if (text[at] != '%' || text.size() - at < 3) return false;
    if (hex_digit(text[at + 1]) < 0 || hex_digit(text[at + 2]) < 0) return false;
    at += 2;
  }
  return true;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
  HostPort result;
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ip_literal(text.substr(1, close - 1))) {
      return std::nullopt;
    }
    host_end = close + 1;
  }
  result.host = text.substr(0, host_end);
  if (result.host.empty()) return std::nullopt;
  if (result.host.front() != '[' && !is_reg_name(result.host)) return std::nullopt;
  if (result.host.size() == text.size()) return result;

  if (text[result.host.size()] != ':') return std::nullopt;
  const std::string_view digits = text.substr(result.host.size() + 1);
  if (digits.empty()) return result;
  const auto port = parse_decimal(digits);
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  result.port = static_cast<std::uint16_t>(*port);
  return result;
}

std::optional<std::string> normalise_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto address = Address::parse(host.substr(1, host.size() - 2));
    if (!address) return std::nullopt;  // IPvFuture
    return "[" + address->host_text() + "]";
  }
  auto name = percent_decode(host);
  if (!name) return std::nullopt;
  for (char& c : *name) {
    c = to_lower(c);
    if (!is_letter(c) && !is_digit(c) && c != '.' && c != '_' && c != '-') return std::nullopt;
  }
  return name;
}

}  // namespace rill::http
