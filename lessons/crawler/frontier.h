// Frontier: which URLs are known, and which of them nobody has fetched yet.
//
// Invariant: a URL is handed out at most once, because it is marked as seen when it is found, not
// when it is fetched: two pages that link to the same third are fetched side by side, and whoever
// marked only at the end would fetch the third one twice. URLs are compared in their normal form
// (net/http/url.h).
// Memory: never more than `most_urls` of them, each of at most Url::kMaxBytes; a site that invents
// links without end is cut off there, and counts how many were turned away.
// No coroutine in here: it is a data structure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "net/http/url.h"

namespace rill::crawler {

/// A URL of the site and how we came to know it.
struct Target {
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  http::Url url;
  std::size_t found_on = kNobody;  ///< the number of the page that linked here first
  unsigned redirects = 0;          ///< how many redirects in a row have led here
  std::uint64_t links = 0;         ///< how many links lead here
};

class Frontier {
 public:
  explicit Frontier(std::size_t most_urls) : most_urls_(most_urls) {}

  /// Notes a link to `url`. True if the URL is new; it waits to be fetched then.
  bool add(const http::Url& url, std::size_t found_on, unsigned redirects = 0);
  /// The number of the URL that has waited longest, which waits no more; nothing if none waits.
  std::optional<std::size_t> take();

  /// Every URL ever found, by number: 0, 1, 2 ... in the order of finding. References last.
  const Target& at(std::size_t number) const { return targets_[number]; }
  std::optional<std::size_t> find(const http::Url& url) const;
  std::size_t found() const { return targets_.size(); }
  std::size_t waiting() const { return targets_.size() - next_; }
  /// Links to new URLs that were not noted because there were `most_urls`.
  std::uint64_t turned_away() const { return turned_away_; }

 private:
  std::size_t most_urls_;
  std::deque<Target> targets_;  // those before next_ have been handed out
  std::size_t next_ = 0;
  std::unordered_map<std::string, std::size_t> numbers_;  // by the URL's text; never iterated
  std::uint64_t turned_away_ = 0;
};

}  // namespace rill::crawler
