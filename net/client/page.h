// Page: what a fetch comes to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/http/url.h"

namespace rill::http {

struct Page {
  explicit Page(Url from) : url(std::move(from)) {}

  Url url;  ///< where it was found, after redirects
  int status = 0;
  std::string content_type;  ///< as sent; "" if the server did not say
  std::uint64_t body_bytes = 0;
  std::string body;  ///< without its Content-Encoding; empty when somebody else had it
  /// Of a redirect that was not followed: Location as sent, and what it means (nothing if it is no
  /// http or https URL).
  std::string location;
  std::optional<Url> redirect;
  unsigned redirects = 0;  ///< responses before this one
  unsigned retries = 0;    ///< by RetryOptions, over all redirects
};

}  // namespace rill::http
