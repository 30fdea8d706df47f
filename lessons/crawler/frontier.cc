// See frontier.h.
#include "lessons/crawler/frontier.h"

#include <functional>
#include <string>

namespace rill::crawler {

std::optional<std::uint32_t> Frontier::add(Target target) {
  const auto known = numbers_.find(target.url);
  if (known != numbers_.end()) {
    ++targets_[*known].links;
    return std::nullopt;
  }
  if (targets_.size() >= most_urls_) {
    ++turned_away_;
    return std::nullopt;
  }
  const auto number = static_cast<std::uint32_t>(targets_.size());
  target.links = 1;
  targets_.push_back(std::move(target));
  numbers_.insert(number);
  return number;
}

std::optional<std::uint32_t> Frontier::find(const http::Url& url) const {
  const auto known = numbers_.find(url);
  if (known == numbers_.end()) return std::nullopt;
  return *known;
}

std::size_t Frontier::Hash::operator()(const http::Url& url) const {
  const std::hash<std::string> hash;
  return hash(url.target()) * 31 + hash(url.host()) * 3 + url.port() + (url.is_secure() ? 1 : 0);
}

}  // namespace rill::crawler
