// See frontier.h.
#include "lessons/crawler/frontier.h"

namespace rill::crawler {

bool Frontier::add(const http::Url& url, std::size_t found_on, unsigned redirects) {
  std::string text = url.text();
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) {
    ++targets_[known->second].links;
    return false;
  }
  if (targets_.size() == most_urls_) {
    ++turned_away_;
    return false;
  }
  numbers_.emplace(std::move(text), targets_.size());
  targets_.push_back({url, found_on, redirects, /*links=*/1});
  return true;
}

std::optional<std::size_t> Frontier::take() {
  if (next_ == targets_.size()) return std::nullopt;
  return next_++;
}

std::optional<std::size_t> Frontier::find(const http::Url& url) const {
  const auto known = numbers_.find(url.text());
  if (known == numbers_.end()) return std::nullopt;
  return known->second;
}

}  // namespace rill::crawler
