// robots.txt: what the owner of a site lets crawlers fetch (RFC 9309). Text in, answers out; who
// fetches it, and what a missing or unreachable one means, is the crawler's business.
//
//   const Robots robots = Robots::parse(text, product_token("rill-crawler/1.0"));
//   if (robots.allows("/private/x?y=z")) ...
//
// Any bytes are a robots.txt: lines that are none are skipped, and no text is an error. What counts
// are the groups that name our token, whatever its case, all of them together; without one, those
// for "*"; without those, everything is allowed. Of the rules that match the longest decides, and
// of two equal ones Allow.
// Memory: kMaxBytes of text at most; each rule costs about 70 bytes beside its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/url_pattern.h"
#include "scheduler/time.h"

namespace rill::http {

/// The name in a User-Agent value that robots.txt calls a crawler by: its beginning, as far as it
/// is letters, '-' and '_' (RFC 9309 2.2.1).
std::string_view product_token(std::string_view user_agent);

class Robots {
 public:
  /// What a crawler must read at least, and all that we read (RFC 9309 2.5).
  static constexpr std::size_t kMaxBytes = std::size_t{500} << 10;
  /// No longer pause is kept, whatever Crawl-delay says: the field is no standard, and with a day
  /// in it a site would never be done.
  static constexpr Duration kMostCrawlDelay = seconds(30);

  /// Allows everything: there is no robots.txt.
  Robots() = default;
  /// The rules for `token`. What follows kMaxBytes is not looked at.
  static Robots parse(std::string_view text, std::string_view token);
  /// Allows nothing: nobody knows what it says (RFC 9309 2.3.1.4).
  static Robots disallow_all();

  /// Whether "/path?query" may be fetched. "/robots.txt" always may.
  bool allows(std::string_view target) const;
  /// Between two requests; nothing if it says nothing.
  Duration crawl_delay() const { return crawl_delay_; }

 private:
  class Reader;

  struct Rule {
    UrlPattern pattern;
    bool allows;
  };

  std::vector<Rule> rules_;  // the most specific first; of equal ones Allow
  Duration crawl_delay_;
};

}  // namespace rill::http
