// Frontier: which URLs are known, each once, by a number.
//
// Invariant: a URL is marked as seen when it is found, not when it is fetched: two pages that link
// to the same third are fetched side by side, and whoever marked only at the end would fetch the
// third one twice. URLs are compared in their normal form (net/http/url.h). In which order they are
// fetched is HostQueues' business.
// Memory: about 220 bytes for each URL, its visit and its place in a queue, and the text of its
// path and query (270 bytes in all for paths of 46); never more than `most_urls` of them, each of
// at most Url::kMaxBytes. A site that invents links without end is cut off there, and how many were
// turned away is counted.
// No coroutine in here: it is a data structure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_set>

#include "lessons/crawler/visit.h"
#include "net/http/url.h"

namespace rill::crawler {

/// A URL and how we came to know it.
struct Target {
  http::Url url;
  std::uint32_t found_on = kNobody;  ///< the number of the page that linked here first
  std::uint32_t links = 0;           ///< how many links lead here
  std::uint32_t depth = 0;           ///< links and redirects from the start page to here
  std::uint32_t redirects = 0;       ///< how many redirects in a row have led here
};

class Frontier {
 public:
  explicit Frontier(std::size_t most_urls)
      : most_urls_(most_urls), numbers_(0, Hash{targets_}, Equal{targets_}) {}
  Frontier(const Frontier&) = delete;  // numbers_ refers to targets_
  Frontier& operator=(const Frontier&) = delete;

  /// Notes a link to target.url. Its number if it is new; it has the next one then.
  std::optional<std::uint32_t> add(Target target);
  std::optional<std::uint32_t> find(const http::Url& url) const;

  /// By number: 0, 1, 2 ... in the order of finding. References last.
  const Target& at(std::size_t number) const { return targets_[number]; }
  std::size_t found() const { return targets_.size(); }
  /// Links to new URLs that were not noted because there were `most_urls`.
  std::uint64_t turned_away() const { return turned_away_; }

 private:
  // A set of numbers that is searched by URL, so that no URL is stored twice. Never iterated.
  struct Hash {
    using is_transparent = void;
    const std::deque<Target>& targets;
    std::size_t operator()(const http::Url& url) const;
    std::size_t operator()(std::uint32_t number) const { return (*this)(targets[number].url); }
  };
  struct Equal {
    using is_transparent = void;
    const std::deque<Target>& targets;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const http::Url& a, std::uint32_t b) const { return a == targets[b].url; }
    bool operator()(std::uint32_t a, const http::Url& b) const { return targets[a].url == b; }
  };

  std::size_t most_urls_;
  std::deque<Target> targets_;
  std::unordered_set<std::uint32_t, Hash, Equal> numbers_;
  std::uint64_t turned_away_ = 0;
};

}  // namespace rill::crawler
