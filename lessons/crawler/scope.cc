// See scope.h.
#include "lessons/crawler/scope.h"

#include <algorithm>
#include <optional>

#include "net/http/syntax.h"

namespace rill::crawler {
namespace {

bool contains(const std::vector<http::UrlPattern>& patterns, const http::PatternTarget& target) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const http::UrlPattern& pattern) { return pattern.matches(target); });
}

bool is_number_of_session(std::string_view value) {
  return value.size() >= 16 && std::all_of(value.begin(), value.end(), [](char c) {
           return http::is_letter(c) || http::is_digit(c);
         });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view beginning) {
  return http::equals_ignoring_case(text.substr(0, beginning.size()), beginning);
}

bool is_session(std::string_view parameter) {
  const std::size_t equals = std::min(parameter.find('='), parameter.size());
  const std::string_view name = parameter.substr(0, equals);
  if (http::equals_ignoring_case(name, "PHPSESSID") ||
      http::equals_ignoring_case(name, "JSESSIONID") ||
      starts_with_ignoring_case(name, "ASPSESSIONID")) {
    return true;
  }
  return (http::equals_ignoring_case(name, "sid") ||
          http::equals_ignoring_case(name, "session_id")) &&
         is_number_of_session(parameter.substr(std::min(equals + 1, parameter.size())));
}

std::string path_without_session(std::string_view path) {
  constexpr std::string_view kParameter = ";jsessionid=";
  for (std::size_t at = path.find(';'); at != path.npos; at = path.find(';', at + 1)) {
    if (!starts_with_ignoring_case(path.substr(at), kParameter)) continue;
    const std::size_t end = std::min(path.find_first_of("/;", at + 1), path.size());
    return std::string(path.substr(0, at)).append(path.substr(end));
  }
  return std::string(path);
}

std::string query_without_session(const std::string_view whole) {
  std::string kept;
  bool has_session = false;
  std::string_view query = whole;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    if (is_session(parameter)) {
      has_session = true;
    } else {
      kept.append(kept.empty() ? "" : "&").append(parameter);
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return has_session ? kept : std::string(whole);
}

}  // namespace

Scope::Scope(const ScopeOptions& options)
    : hosts_(options.hosts.begin(), options.hosts.end()),
      spans_hosts_(options.spans_hosts),
      include_(options.include.begin(), options.include.end()),
      exclude_(options.exclude.begin(), options.exclude.end()) {}

bool Scope::has_host(const http::Url& url) const {
  return spans_hosts_ || hosts_.contains(url.authority());
}

Scope::Answer Scope::ask(const http::Url& url) const {
  if (!has_host(url)) return Answer::elsewhere;
  if (is_endless(url.path())) return Answer::endless;
  if (include_.empty() && exclude_.empty()) return Answer::inside;
  const http::PatternTarget target(url.target());
  if (!include_.empty() && !contains(include_, target)) return Answer::unwanted;
  return contains(exclude_, target) ? Answer::unwanted : Answer::inside;
}

http::Url without_session(const http::Url& url) {
  const std::string_view target = url.target();
  if (target.find_first_of(";?") == target.npos) return url;
  const std::string_view path = url.path();
  std::string kept = path_without_session(path);
  if (path.size() < target.size()) {
    const std::string_view query = target.substr(path.size() + 1);
    const std::string rest = query_without_session(query);
    if (!rest.empty() || query.empty()) kept.append("?").append(rest);
  }
  if (kept == target) return url;
  return http::Url::parse((url.is_secure() ? "https://" : "http://") + url.authority() + kept)
      .value_or(url);
}

bool is_endless(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // its '/'
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
    if (segments.size() > kMostSegments) return true;
  }
  for (std::size_t period = 1; period <= 2; ++period) {
    std::size_t same = 0;  // segments in a row that are as the one `period` before
    for (std::size_t i = period; i < segments.size(); ++i) {
      same = segments[i] == segments[i - period] ? same + 1 : 0;
      if (same >= period * (kRepeats - 1)) return true;
    }
  }
  return false;
}

}  // namespace rill::crawler
