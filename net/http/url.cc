// See url.h.
#include "net/http/url.h"

#include <algorithm>

#include "net/http/host.h"
#include "net/http/percent.h"
#include "net/http/syntax.h"
#include "net/http/uri.h"

namespace rill::http {

namespace {

constexpr std::uint16_t default_port(bool is_secure) { return is_secure ? 443 : 80; }

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  text = trim(text);
  if (text.size() > kMaxBytes || has_control(text)) return std::nullopt;
  const UriParts parts = split_uri(text);
  if (!parts.scheme || !parts.authority) return std::nullopt;

  Url url;
  url.is_secure_ = equals_ignoring_case(*parts.scheme, "https");
  if (!url.is_secure_ && !equals_ignoring_case(*parts.scheme, "http")) return std::nullopt;

  std::string_view authority = *parts.authority;
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 == 0: no user information
  const auto host_port = parse_host_port(authority);
  if (!host_port) return std::nullopt;
  auto host = normalise_host(host_port->host);
  if (!host || host->size() > kMaxHostBytes) return std::nullopt;
  url.host_ = std::move(*host);
  url.port_ = host_port->port.value_or(default_port(url.is_secure_));

  // Triplets first: "%2e%2e" is "..".
  url.target_ = remove_dot_segments(normalise_percent(parts.path));
  if (url.target_.empty()) url.target_ = "/";
  if (parts.query) url.target_.append("?").append(normalise_percent(*parts.query));
  if (url.text().size() > kMaxBytes) return std::nullopt;  // encoding made it longer
  return url;
}

std::optional<Url> Url::resolve(std::string_view reference) const {
  reference = trim(reference);
  if (reference.size() > kMaxBytes) return std::nullopt;
  return parse(resolve_reference(text(), reference));
}

std::string_view Url::path() const {
  return std::string_view(target_).substr(0, target_.find('?'));
}

std::string Url::authority() const {
  if (port_ == default_port(is_secure_)) return host_;
  return host_ + ":" + std::to_string(port_);
}

std::string Url::text() const {
  return (is_secure_ ? "https://" : "http://") + authority() + target_;
}

}  // namespace rill::http
