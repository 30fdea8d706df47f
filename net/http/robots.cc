// See robots.h.
#include "net/http/robots.h"

#include <algorithm>

#include "net/http/syntax.h"

namespace rill::http {
namespace {

bool is_token_letter(char c) { return is_letter(c) || c == '-' || c == '_'; }

/// "2.5" as a length, cut at the most; anything else is none.
Duration parse_delay(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = parse_decimal(text.substr(0, point));
  std::string fraction(text.substr(std::min(point + 1, text.size())).substr(0, 3));
  fraction.append(3 - fraction.size(), '0');
  const auto thousandths = parse_decimal(fraction);
  if (!whole || !thousandths) return {};
  const auto most = static_cast<std::uint64_t>(Robots::kMostCrawlDelay.ns / 1'000'000'000);
  const Duration delay = seconds(static_cast<std::int64_t>(std::min(*whole, most))) +
                         milliseconds(static_cast<std::int64_t>(*thousandths));
  return std::min(delay, Robots::kMostCrawlDelay);
}

/// The next line without its end, which is CR, LF or both.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));  // an empty line more between CR and LF
  return line;
}

}  // namespace

std::string_view product_token(std::string_view user_agent) {
  const auto end = std::find_if_not(user_agent.begin(), user_agent.end(), is_token_letter);
  return user_agent.substr(0, static_cast<std::size_t>(end - user_agent.begin()));
}

/// Goes through the lines, and keeps what is said to the token and what is said to all.
class Robots::Reader {
 public:
  explicit Reader(std::string_view token) : token_(token) {}

  void read(std::string_view line) {
    line = trim(line.substr(0, line.find('#')));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return;
    const std::string_view key = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(key, "user-agent")) {
      name(value);
    } else if (equals_ignoring_case(key, "allow")) {
      add_rule(value, true);
    } else if (equals_ignoring_case(key, "disallow")) {
      add_rule(value, false);
    } else if (equals_ignoring_case(key, "crawl-delay")) {
      for_each_addressee([&](Robots& robots) { robots.crawl_delay_ = parse_delay(value); });
    }  // others, such as Sitemap, end no group (RFC 9309 2.2.4)
  }

  Robots result() {
    Robots& robots = is_named_ ? for_us_ : for_all_;
    std::sort(robots.rules_.begin(), robots.rules_.end(), [](const Rule& a, const Rule& b) {
      if (a.pattern.size() != b.pattern.size()) return a.pattern.size() > b.pattern.size();
      return a.allows && !b.allows;
    });
    return std::move(robots);
  }

 private:
  void name(std::string_view agent) {
    if (has_rules_) {  // the group before has ended
      is_for_us_ = is_for_all_ = has_rules_ = false;
    }
    if (agent.starts_with('*')) {
      is_for_all_ = true;
    } else if (!token_.empty() && equals_ignoring_case(product_token(agent), token_)) {
      is_for_us_ = is_named_ = true;
    }
  }

  void add_rule(std::string_view pattern, bool allows) {
    has_rules_ = true;
    if (pattern.empty()) return;  // "Disallow:" forbids nothing
    for_each_addressee(
        [&](Robots& robots) { robots.rules_.push_back({UrlPattern(pattern), allows}); });
  }

  template <class F>
  void for_each_addressee(F act) {
    if (is_for_us_) act(for_us_);
    if (is_for_all_) act(for_all_);
  }

  std::string_view token_;
  Robots for_us_, for_all_;
  bool is_named_ = false;                        // some group names us
  bool is_for_us_ = false, is_for_all_ = false;  // the group that is being read
  bool has_rules_ = false;                       // and it has got to its rules
};

Robots Robots::parse(std::string_view text, std::string_view token) {
  if (text.size() >
      kMaxBytes) {  // without the line that the cut goes through: half a rule is another
    text = text.substr(0, kMaxBytes);
    text = text.substr(0, text.find_last_of("\r\n") + 1);
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark
  Reader reader(token);
  while (!text.empty()) reader.read(take_line(text));
  return reader.result();
}

Robots Robots::disallow_all() {
  Robots robots;
  robots.rules_.push_back({UrlPattern("/"), /*allows=*/false});
  return robots;
}

bool Robots::allows(std::string_view target) const {
  if (target == "/robots.txt" || rules_.empty()) return true;
  const PatternTarget encoded(target);
  const auto decides = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return rule.pattern.matches(encoded);
  });
  return decides == rules_.end() || decides->allows;
}

}  // namespace rill::http
