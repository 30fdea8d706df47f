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

std::string row(std::string label, const std::string& text) {
  return "  " + lesson::at_least(11, std::move(label)) + text + "\n";
}

/// "1 a, 2 b" of those that are not 0.
std::string joined(const std::vector<std::pair<std::uint64_t, const char*>>& counts) {
  std::string text;
  for (const auto& [count, what] : counts) {
    if (count > 0) text += (text.empty() ? "" : ", ") + with_commas(count) + " " + what;
  }
  return text;
}

std::string links_row(const Crawl& crawl) {
  const LinkCounts& counts = crawl.link_counts();
  const std::string text = joined({{counts.elsewhere, "to other hosts"},
                                   {counts.nofollow, "nofollow"},
                                   {counts.unwanted, "unwanted"},
                                   {counts.too_deep, "beyond --depth"},
                                   {counts.endless, "with a path that repeats itself"},
                                   {crawl.frontier().turned_away(), "beyond --limit"}});
  return text.empty() ? "" : row("left out", "links: " + text);
}

std::string statuses_row(const Crawl& crawl) {
  std::map<int, std::size_t> counts;
  std::size_t incomplete = 0;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    const Visit& visit = crawl.visit(i);
    if (!visit.is_done || visit.is_excluded) continue;
    visit.is_answered() ? ++counts[visit.status] : ++incomplete;
  }
  std::string text;
  for (const auto& [status, count] : counts) {
    text += (text.empty() ? "" : ", ") + with_commas(count) + " x " + std::to_string(status);
  }
  if (incomplete > 0) {
    text += (text.empty() ? "" : ", ") + with_commas(incomplete) + " none or incomplete";
  }
  return row("responses", text.empty() ? "none" : text);
}

/// The responses' times, in ascending order; on one host, or on all.
std::vector<Duration> times_of(const Crawl& crawl, const std::string* host) {
  std::vector<Duration> times;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    if (!crawl.visit(i).is_answered()) continue;
    if (host != nullptr && crawl.frontier().at(i).url.authority() != *host) continue;
    times.push_back(crawl.visit(i).elapsed);
  }
  std::sort(times.begin(), times.end());
  return times;
}

std::string times_row(const Crawl& crawl) {
  const std::vector<Duration> times = times_of(crawl, nullptr);
  if (times.empty()) return "";
  return row("times", "median " + to_string(times[times.size() / 2]) + ", 95 % within " +
                          to_string(times[times.size() * 95 / 100]));
}

/// Why pages were left alone, if it is anything but a rule in robots.txt.
std::string excluded_rows(const Crawl& crawl) {
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    const Visit& visit = crawl.visit(i);
    if (visit.is_excluded) ++counts[visit.reason];
  }
  counts.erase(kExcluded);
  std::string text;
  for (const auto& [reason, count] : counts) {
    text += "    " + counted(count, "URL") + ": " + reason + "\n";
  }
  return text.empty() ? "" : "\n  not asked for\n" + text;
}

struct HostCounts {
  std::size_t found = 0, broken = 0;
};

std::string host_rows(const Crawl& crawl, std::size_t most_rows) {
  std::map<std::string, HostCounts> hosts;
  std::size_t widest = 0;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    const std::string host = crawl.frontier().at(i).url.authority();
    HostCounts& counts = hosts[host];
    ++counts.found;
    counts.broken += crawl.visit(i).is_broken();
    widest = std::max(widest, host.size());
  }
  if (hosts.size() < 2) return "";
  std::string text = "\n  hosts\n";
  std::size_t shown = 0;
  for (const auto& [host, counts] : hosts) {
    if (shown++ == most_rows) break;
    const std::vector<Duration> times = times_of(crawl, &host);
    text += "    " + lesson::at_least(widest, host) + "  " + counted(counts.found, "URL") + ", " +
            with_commas(counts.broken) + " broken" +
            (times.empty() ? "" : ", median " + to_string(times[times.size() / 2])) + "\n";
  }
  return text + left_out(hosts.size(), most_rows);
}

std::string broken_rows(const Crawl& crawl, std::size_t most_rows) {
  std::string text = "\n  broken\n";
  std::size_t count = 0;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    if (!crawl.visit(i).is_broken() || count++ >= most_rows) continue;
    const Target& target = crawl.frontier().at(i);
    text +=
        "    " + short_name(crawl, target.url) + "\n        " + reason_of(crawl.visit(i)) + "; ";
    if (target.found_on == kNobody) {
      text += "the start page\n";
      continue;
    }
    const Target& from = crawl.frontier().at(target.found_on);
    text +=
        (target.redirects > 0 ? "redirected from " : "linked from ") + short_name(crawl, from.url);
    if (target.links > 1) text += " and " + counted(target.links - 1, "more link");
    text += "\n";
  }
  return count == 0 ? "" : text + left_out(count, most_rows);
}

std::string slowest_rows(const Crawl& crawl, std::size_t most_rows) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    if (crawl.visit(i).is_done && !crawl.visit(i).is_excluded) order.push_back(i);
  }
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(most_rows, order.size()));
  std::partial_sort(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) {
    const Duration left = crawl.visit(a).elapsed, right = crawl.visit(b).elapsed;
    return left != right ? left > right : a < b;
  });
  if (order.empty()) return "";
  std::string text = "\n  slowest\n";
  for (auto at = order.begin(); at != end; ++at) {
    char time[32];
    std::snprintf(time, sizeof time, "%14s", to_string(crawl.visit(*at).elapsed).c_str());
    text += time + ("   " + short_name(crawl, crawl.frontier().at(*at).url)) + "\n";
  }
  return text;
}

}  // namespace

CrawlSummary summary_of(const Crawl& crawl) {
  CrawlSummary summary;
  for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
    const Visit& visit = crawl.visit(i);
    summary.body_bytes += visit.body_bytes;
    summary.decoded_bytes += visit.decoded_bytes;
    if (!visit.is_done) {
      ++summary.waiting;
    } else if (visit.is_excluded) {
      ++summary.excluded;
    } else if (visit.is_broken()) {
      ++summary.broken;
    } else if (visit.status >= 300) {
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
  std::string bytes = counted(summary.body_bytes, "byte");
  if (summary.decoded_bytes != summary.body_bytes) {
    bytes += " (" + with_commas(summary.decoded_bytes) + " decoded)";
  }
  text += row("pages", with_commas(summary.pages) + ", " + bytes);
  text += row("redirects", with_commas(summary.redirects));
  text += row("broken", with_commas(summary.broken));
  if (summary.excluded > 0)
    text += row("excluded", with_commas(summary.excluded) + " by robots.txt");
  if (summary.waiting > 0) text += row("waiting", with_commas(summary.waiting) + ", not fetched");
  if (crawl.retries() > 0) text += row("retries", with_commas(crawl.retries()));
  text += links_row(crawl);
  text += statuses_row(crawl);
  text += times_row(crawl);
  text += excluded_rows(crawl);
  text += host_rows(crawl, most_rows);
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
  if (!visit.reason.empty()) line += "  " + visit.reason;
  return line;
}

}  // namespace rill::crawler
