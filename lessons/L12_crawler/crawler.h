// Lesson 12: every page of a web, several at a time.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/api.h"

/// What a page links to; may name a page twice, itself, and pages that are not there.
using Links = std::vector<std::string>;

/// Fetches a page: takes its time, and throws FetchFailed if there is none. Some never answer.
struct FetchFailed : std::runtime_error {
  explicit FetchFailed(const std::string& url) : std::runtime_error("no page at " + url) {}
};
using Fetch = std::function<rill::Task<Links>(std::string url)>;

/// A page that has not come by then will not come.
constexpr rill::Duration kPatience = rill::seconds(10);

/// Fetches `start`, what it links to, what those link to, and so on: each page once, at most
/// `workers` at a time, and never fewer than there is work for. A page that fails, or has not come
/// within kPatience, has no links. Returns the pages that came. Ends when nothing is left to fetch,
/// and leaves no task behind.
rill::Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers);
