// Scope: which URLs belong to a crawl, and in which spelling.
//
// A site is a host, by http and by https: "example.org" stands for both default ports,
// "example.org:8080" for that port. More hosts, or all, may be allowed. On those, patterns as in
// robots.txt say which paths are wanted: any of `include` (all, if there are none) and none of
// `exclude`.
// Against sites that invent URLs (a crawl has limits of its own besides): a session number in a
// URL is taken out, and a path that repeats itself is refused.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/url.h"
#include "net/http/url_pattern.h"

namespace rill::crawler {

struct ScopeOptions {
  std::vector<std::string> hosts;  ///< beside the start page's: "name" or "name:port"
  bool spans_hosts = false;        ///< all are allowed
  std::vector<std::string> include, exclude;
};

class Scope {
 public:
  enum class Answer : std::uint8_t {
    inside,
    elsewhere,  ///< another host
    unwanted,   ///< by include and exclude
    endless,    ///< the path repeats itself
  };

  explicit Scope(const ScopeOptions& options);

  /// From now on the host of `url` belongs to it.
  void add_host(const http::Url& url) { hosts_.insert(url.authority()); }
  bool has_host(const http::Url& url) const;
  Answer ask(const http::Url& url) const;

 private:
  std::set<std::string, std::less<>> hosts_;
  bool spans_hosts_;
  std::vector<http::UrlPattern> include_, exclude_;
};

/// `url` without the session numbers that servers put into links for clients without cookies:
/// ";jsessionid=..." behind a path, and PHPSESSID, ASPSESSIONID..., JSESSIONID, and a "sid" or
/// "session_id" of at least 16 letters and digits, among the parameters.
http::Url without_session(const http::Url& url);

/// A path whose last segments are the same one or two segments kRepeats times ("/a/b/a/b/a/b/..."),
/// or which has more than kMostSegments: a relative link that is wrong on every page it leads to.
bool is_endless(std::string_view path);
inline constexpr std::size_t kRepeats = 4;
inline constexpr std::size_t kMostSegments = 40;

}  // namespace rill::crawler
