// One crawl of a scripted site, and what is left of it to look at.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lessons/crawler/crawl.h"
#include "lessons/crawler/report.h"
#include "tests/lessons/crawler/scripted_origin.h"

namespace rill::testing {

/// A page of HTML, with its head.
std::string html(std::string_view body);
std::string links(const std::vector<std::string>& hrefs);
/// A response without a body.
std::string status(int code, std::string_view fields = "");

/// For sites that are asked for their pages and nothing else, each once.
crawler::CrawlOptions plain();

struct Crawled {
  crawler::CrawlSummary summary;
  std::string report;
  crawler::LinkCounts links;
  std::uint64_t turned_away = 0;
  std::set<std::string> found;
  Duration elapsed;
};

Crawled crawl(ScriptedOrigin& origin, const crawler::CrawlOptions& options = plain(),
              const Simulation& simulation = {}, const std::string& start = "http://site.test/",
              std::size_t report_rows = 3);

}  // namespace rill::testing
