// UrlPattern: which paths a line of robots.txt means (RFC 9309 2.2.2 and 2.2.3); --include and
// --exclude of the crawler are the same.
//
//   UrlPattern("/news/").matches("/news/today?x=1")          a prefix
//   UrlPattern("/*.pdf$").matches("/a/b.pdf")                '*' is any bytes, '$' at the end the
//   end
//
// Paths are compared octet by octet after percent-encoding has been brought to one form on both
// sides: "%7E" is "~", and an encoded "%2A" or "%24" means the character, never the wildcard.
// Matching costs time linear in pattern and path together, for a hostile robots.txt as well: no
// backtracking, since the leftmost place for the text between two stars is always good enough.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rill::http {

/// "/path?query" as patterns are compared with it. To be made once for many patterns.
class PatternTarget {
 public:
  explicit PatternTarget(std::string_view target);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class UrlPattern {
 public:
  explicit UrlPattern(std::string_view pattern);

  /// True if it matches a beginning of the target, or, with '$', the whole. An empty pattern
  /// matches nothing.
  bool matches(const PatternTarget& target) const;
  bool matches(std::string_view target) const { return matches(PatternTarget(target)); }
  /// Octets of the pattern in its one form: the longer of two is the more specific.
  std::size_t size() const { return size_; }

 private:
  std::vector<std::string> pieces_;  // between the stars; at least one
  std::size_t size_ = 0;
  bool is_anchored_ = false;  // ends in '$'
};

}  // namespace rill::http
