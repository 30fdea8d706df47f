// See report.h.
#include "lessons/crawler/report.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

#include "lessons/common/style.h"
#include "net/http/status.h"

namespace rill::crawler {
namespace {

using lesson::counted;
using lesson::with_commas;

/// A URL of the site without what all of them share.
std::string short_name(const Crawl& crawl, const http::Url& url) {
  return url.same_origin(crawl.site()) ? url.target() : url.text();
}

std::string reason_of(const Visit& visit) {
  if (visit.fault) return visit.reason;
  return std::to_string(visit.status) + " " + std::string(http::reason_phrase(visit.status));
}

std::string left_out(std::size_t all, std::size_t shown) {
  return all > shown ? "    ... and " + with_commas(all - shown) + " more\n" : "";
}

std::vector<std::size_t> broken_of(const Crawl& crawl) {
  std::vector<std::size_t> broken;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    if (crawl.visit(i).is_broken()) broken.push_back(i);
  }
  return broken;
}

std::string statuses_of(const Crawl& crawl) {
  std::map<int, std::size_t> counts;
  std::size_t incomplete = 0;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    const Visit& visit = crawl.visit(i);
    const bool is_complete = !visit.fault || !visit.location.empty();
    is_complete ? ++counts[visit.status] : ++incomplete;
  }
  std::string text = "  responses ";
  for (const auto& [status, count] : counts) {
    text += " " + with_commas(count) + " x " + std::to_string(status) + ",";
  }
  if (incomplete > 0) text += " " + with_commas(incomplete) + " none or incomplete,";
  text.pop_back();
  return text + "\n";
}

std::string broken_rows(const Crawl& crawl, std::size_t most_rows) {
  const std::vector<std::size_t> broken = broken_of(crawl);
  if (broken.empty()) return "";
  std::string text = "\n  broken\n";
  for (std::size_t i = 0; i < std::min(most_rows, broken.size()); ++i) {
    const Target& target = crawl.frontier().at(broken[i]);
    text += "    " + short_name(crawl, target.url) + "\n        " +
            reason_of(crawl.visit(broken[i])) + "; ";
    if (target.found_on == Target::kNobody) {
      text += "the start page\n";
      continue;
    }
    const Target& from = crawl.frontier().at(target.found_on);
    text +=
        (target.redirects > 0 ? "redirected from " : "linked from ") + short_name(crawl, from.url);
    if (target.links > 1) text += " and " + counted(target.links - 1, "more link");
    text += "\n";
  }
  return text + left_out(broken.size(), most_rows);
}

std::string slowest_rows(const Crawl& crawl, std::size_t most_rows) {
  std::vector<std::size_t> order(crawl.frontier().found());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return crawl.visit(a).elapsed > crawl.visit(b).elapsed;
  });
  std::string text = "\n  slowest\n";
  for (std::size_t i = 0; i < std::min(most_rows, order.size()); ++i) {
    char time[32];
    std::snprintf(time, sizeof time, "%14s", to_string(crawl.visit(order[i]).elapsed).c_str());
    text += time + ("   " + short_name(crawl, crawl.frontier().at(order[i]).url)) + "\n";
  }
  return text;
}

}  // namespace

CrawlSummary summary_of(const Crawl& crawl) {
  CrawlSummary summary;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    const Visit& visit = crawl.visit(i);
    summary.body_bytes += visit.body_bytes;
    if (visit.is_broken()) {
      ++summary.broken;
    } else if (visit.redirect) {
      ++summary.redirects;
    } else {
      ++summary.pages;
    }
  }
  return summary;
}

std::string report_of(const Crawl& crawl, std::size_t most_rows) {
  const CrawlSummary summary = summary_of(crawl);
  std::string text = crawl.site().text() + ": " + counted(crawl.frontier().found(), "URL") +
                     " in " + to_string(crawl.elapsed()) + ", at most " +
                     std::to_string(crawl.most_in_flight()) + " at a time, over " +
                     counted(crawl.connections_opened(), "connection") + "\n\n";
  text += "  pages      " + with_commas(summary.pages) + ", " +
          counted(summary.body_bytes, "byte") + "\n";
  text += "  redirects  " + with_commas(summary.redirects) + "\n";
  text += "  broken     " + with_commas(summary.broken) + "\n";
  text += "  elsewhere  " + counted(crawl.links_elsewhere(), "link") +
          " to other sites, not followed\n";
  if (crawl.frontier().turned_away() > 0) {
    text += "  too many   " + counted(crawl.frontier().turned_away(), "link") +
            " beyond --limit, not followed\n";
  }
  text += statuses_of(crawl);
  text += broken_rows(crawl, most_rows);
  text += slowest_rows(crawl, std::min<std::size_t>(most_rows, 5));
  return text;
}

std::string line_of(const http::Url& url, const Visit& visit) {
  char columns[96];
  std::snprintf(columns, sizeof columns, "%3s %12s bytes %12s  ",
                visit.status == 0 ? "-" : std::to_string(visit.status).c_str(),
                with_commas(visit.body_bytes).c_str(), to_string(visit.elapsed).c_str());
  std::string line = columns + url.text();
  if (visit.fault) line += "  " + visit.reason;
  return line;
}

}  // namespace rill::crawler
