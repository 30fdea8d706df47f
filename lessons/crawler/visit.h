// Visit: what became of one URL, in as few bytes as its report needs. PageNote: what is only said
// once, when the page is done, and kept by nobody here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/client/fetch_error.h"
#include "scheduler/time.h"

namespace rill::crawler {

/// The number of no URL.
inline constexpr std::uint32_t kNobody = UINT32_MAX;

/// Visit::reason of a page that a rule in robots.txt excludes.
inline constexpr const char* kExcluded = "excluded by robots.txt";

struct Visit {
  std::uint64_t body_bytes = 0;     ///< that came over the network, also if it was not all
  std::uint64_t decoded_bytes = 0;  ///< the same without its Content-Encoding
  Duration elapsed;                 ///< of the last try
  std::uint32_t links = 0;  ///< on the page that lead to pages, those to other sites included
  std::uint32_t redirect = kNobody;  ///< the number of the URL that it sent us to, if it has one
  std::int16_t status = 0;           ///< 0 if there was no response
  std::uint8_t tries = 0;            ///< requests sent for it
  bool is_done = false;
  bool is_excluded = false;               ///< by robots.txt; nothing was sent
  std::optional<http::FetchFault> fault;  ///< no page came, or its redirect leads nowhere
  std::string reason;                     ///< the sentence to that, or to why it is excluded

  bool is_broken() const { return is_done && !is_excluded && (fault.has_value() || status >= 400); }
  /// A whole response came, whatever it said.
  bool is_answered() const {
    return status > 0 && (!fault || *fault == http::FetchFault::bad_redirect ||
                          *fault == http::FetchFault::too_many_redirects);
  }
};

/// Nobody was there, as opposed to somebody who was slow, or wrong.
bool is_silence(http::FetchFault fault);

struct PageNote {
  std::string content_type;
  std::string title;     ///< of an HTML page
  std::string location;  ///< of a redirect, as sent
};

}  // namespace rill::crawler
