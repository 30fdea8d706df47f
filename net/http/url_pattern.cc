// See url_pattern.h.
#include "net/http/url_pattern.h"

#include <cstring>

#include "net/http/percent.h"

namespace rill::http {
namespace {

/// Brings text to the one form, piece by piece. normalise_percent() leaves '*' and '$' as they
/// stand and "%2A" and "%24" too, so the literal ones are spelled as triplets here; and in a query
/// ':' and
/// '/', as in the table of RFC 9309 2.2.2.
class Encoder {
 public:
  std::string encode(std::string_view text) {
    std::string out;
    for (const char c : normalise_percent(text)) {
      is_in_query_ = is_in_query_ || c == '?';
      if (c == '*') {
        out += "%2A";
      } else if (c == '$') {
        out += "%24";
      } else if (c == ':' && is_in_query_) {
        out += "%3A";
      } else if (c == '/' && is_in_query_) {
        out += "%2F";
      } else {
        out += c;
      }
    }
    return out;
  }

 private:
  bool is_in_query_ = false;
};

/// Where `piece` begins in `text` at `from` or later. memmem(3) is linear also for "aaaa...ab".
std::size_t find(const std::string& text, std::size_t from, const std::string& piece) {
  const void* found = memmem(text.data() + from, text.size() - from, piece.data(), piece.size());
  if (found == nullptr) return std::string::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

PatternTarget::PatternTarget(std::string_view target) : text_(Encoder().encode(target)) {}

UrlPattern::UrlPattern(std::string_view pattern) {
  is_anchored_ = pattern.ends_with('$');
  if (is_anchored_) pattern.remove_suffix(1);
  size_ = is_anchored_ ? 1 : 0;
  Encoder encoder;
  for (;;) {
    const std::size_t star = pattern.find('*');
    const bool is_second_star = star == 0 && !pieces_.empty();  // "**" is "*"
    if (!is_second_star) {
      pieces_.push_back(encoder.encode(pattern.substr(0, star)));
      size_ += pieces_.back().size();
    }
    if (star == pattern.npos) return;
    ++size_;
    pattern.remove_prefix(star + 1);
  }
}

bool UrlPattern::matches(const PatternTarget& target) const {
  const std::string& text = target.text();
  if (size_ == 0 || !text.starts_with(pieces_.front())) return false;
  if (pieces_.size() == 1) return !is_anchored_ || text.size() == pieces_.front().size();
  std::size_t at = pieces_.front().size();
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::size_t found = find(text, at, pieces_[i]);
    if (found == text.npos) return false;
    at = found + pieces_[i].size();
  }
  const std::string& last = pieces_.back();
  if (!is_anchored_) return find(text, at, last) != text.npos;
  return text.size() - at >= last.size() && text.ends_with(last);
}

}  // namespace rill::http
