// A checked and normalised http or https URL: what the crawler stores, compares and fetches.
//
// Invariant: equal text means the same resource by RFC 3986 section 6.2.2 and 6.2.3 (case, percent
// triplets, dot segments, default port, empty path), and no text has bytes that could end a line of
// a request: controls, spaces and bytes from 0x80 are refused in the host, else percent-encoded.
// User information is dropped (it is used for nothing but deceit), and so is the fragment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rill::http {

class Url {
 public:
  /// Longer texts are no URL: a server need not read more (RFC 9112 section 3), and a site that
  /// makes its links ever longer comes to an end.
  static constexpr std::size_t kMaxBytes = 8000;
  /// DNS holds no longer name (RFC 1035 2.3.4).
  static constexpr std::size_t kMaxHostBytes = 255;

  /// An absolute http or https URL, or nothing. Spaces around it are dropped; a control character
  /// inside, a missing or malformed host, a port outside 1 to 65535, a host beyond
  /// kMaxHostBytes or a text beyond kMaxBytes is refused. A name with non-ASCII letters is refused:
  /// IDNA is not known here.
  static std::optional<Url> parse(std::string_view text);

  /// What `reference` (a link, a Location) means in the document at this URL (RFC 3986 section 5).
  /// Nothing for another scheme ("mailto:", "javascript:", "file:") and what parse() refuses.
  std::optional<Url> resolve(std::string_view reference) const;

  bool is_secure() const { return is_secure_; }      ///< https
  const std::string& host() const { return host_; }  ///< lower case; "[::1]" with brackets
  std::uint16_t port() const { return port_; }
  const std::string& target() const { return target_; }  ///< "/path?query", for the request line
  std::string_view path() const;                         ///< "/path", still encoded
  std::string authority()
      const;                 ///< for Host: "name", or "name:8080" if the port is not the default
  std::string text() const;  ///< "http://name:8080/path?query"

  /// Same scheme, host and port (RFC 6454 section 5).
  bool same_origin(const Url& other) const {
    return is_secure_ == other.is_secure_ && port_ == other.port_ && host_ == other.host_;
  }
  friend bool operator==(const Url&, const Url&) = default;

 private:
  Url() = default;

  std::string host_;
  std::string target_;
  std::uint16_t port_ = 80;
  bool is_secure_ = false;
};

}  // namespace rill::http
