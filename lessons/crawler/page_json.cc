// See page_json.h.
#include "lessons/crawler/page_json.h"

#include <nlohmann/json.hpp>

#include "lessons/crawler/report.h"

namespace rill::crawler {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) {  // bytes that are no UTF-8 become U+FFFD
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

double milliseconds_of(Duration length) { return static_cast<double>(length.ns / 1000) / 1000; }

}  // namespace

std::string page_line(const Target& target, const Visit& visit, const PageNote& note,
                      const Target* referrer) {
  Json json;
  json["type"] = "page";
  json["url"] = target.url.text();
  json["status"] = visit.status;
  if (visit.fault) json["fault"] = http::to_string(*visit.fault);
  if (visit.is_excluded) json["excluded"] = true;
  if (!visit.reason.empty()) json["reason"] = visit.reason;
  json["bytes"] = visit.body_bytes;
  json["decoded_bytes"] = visit.decoded_bytes;
  json["ms"] = milliseconds_of(visit.elapsed);
  json["depth"] = target.depth;
  json["tries"] = visit.tries;
  json["links"] = visit.links;
  if (referrer != nullptr) json["referrer"] = referrer->url.text();
  if (target.redirects > 0) json["redirected"] = true;
  if (!note.location.empty()) json["location"] = note.location;
  if (!note.content_type.empty()) json["content_type"] = note.content_type;
  if (!note.title.empty()) json["title"] = note.title;
  return line_of(json);
}

std::string summary_line(const Crawl& crawl) {
  const CrawlSummary summary = summary_of(crawl);
  const LinkCounts& links = crawl.link_counts();
  Json json;
  json["type"] = "summary";
  json["site"] = crawl.site().text();
  json["found"] = crawl.frontier().found();
  json["pages"] = summary.pages;
  json["redirects"] = summary.redirects;
  json["broken"] = summary.broken;
  json["excluded"] = summary.excluded;
  json["waiting"] = summary.waiting;
  json["bytes"] = summary.body_bytes;
  json["decoded_bytes"] = summary.decoded_bytes;
  json["ms"] = milliseconds_of(crawl.elapsed());
  json["retries"] = crawl.retries();
  json["connections"] = crawl.connections_opened();
  json["links_not_followed"] = {
      {"elsewhere", links.elsewhere}, {"nofollow", links.nofollow},
      {"unwanted", links.unwanted},   {"too_deep", links.too_deep},
      {"endless", links.endless},     {"beyond_limit", crawl.frontier().turned_away()}};
  return line_of(json);
}

}  // namespace rill::crawler
