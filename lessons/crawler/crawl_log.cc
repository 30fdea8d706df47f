// See crawl_log.h.
#include "lessons/crawler/crawl_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace rill::crawler {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<http::FetchFault> fault_called(const std::string& name) {
  for (int i = 0; i < 64; ++i) {
    const auto fault = static_cast<http::FetchFault>(i);
    if (http::to_string(fault) == name) return fault;
  }
  return std::nullopt;
}

/// What a line says, put to the history; false if it makes no sense there.
class Reader {
 public:
  explicit Reader(ReadLog& log) : log_(log) {}

  bool take(std::string_view line) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return false;
    try {
      return json.contains("url") ? take_found(json) : take_done(json);
    } catch (const Json::exception&) {  // a value of another type
      return false;
    }
  }

 private:
  bool take_found(const Json& json) {
    const std::string text = json.at("url");
    std::optional<http::Url> url = http::Url::parse(text);
    if (!url || url->text() != text || !seen_.insert(text).second) return false;
    Target target{.url = std::move(*url)};
    target.found_on = json.value("from", kNobody);
    target.depth = json.at("depth");
    target.redirects = json.value("redirects", 0u);
    if (target.found_on != kNobody && target.found_on >= log_.history.targets.size()) return false;
    log_.history.targets.push_back(std::move(target));
    is_done_.push_back(false);
    return true;
  }

  bool take_done(const Json& json) {
    const std::uint32_t number = json.at("done");
    if (number >= is_done_.size() || is_done_[number]) return false;
    Visit visit;
    visit.is_done = true;
    visit.status = json.at("status");
    visit.body_bytes = json.at("bytes");
    visit.decoded_bytes = json.at("decoded_bytes");
    visit.elapsed = microseconds(json.at("us"));
    visit.links = json.at("links");
    visit.tries = json.at("tries");
    visit.redirect = json.value("to", kNobody);
    visit.is_excluded = json.value("excluded", false);
    visit.reason = json.value("reason", "");
    if (json.contains("fault")) {
      visit.fault = fault_called(json.at("fault"));
      if (!visit.fault) return false;
    }
    if (visit.redirect != kNobody && visit.redirect >= is_done_.size()) return false;
    log_.output_bytes = json.at("output_bytes");
    is_done_[number] = true;
    log_.history.done.emplace_back(number, std::move(visit));
    return true;
  }

  ReadLog& log_;
  std::set<std::string> seen_;
  std::vector<bool> is_done_;
};

void check_header(std::string_view found, const std::string& wanted) {
  const Json theirs = Json::parse(found, nullptr, false);
  const Json ours = Json::parse(wanted);
  if (!theirs.is_object() || !theirs.contains("rill_crawl")) {
    throw OtherCrawl("is not the state of a crawl; choose another file");
  }
  if (theirs.value("rill_crawl", Json()) != ours.at("rill_crawl")) {
    throw OtherCrawl("was written by another version of this program; begin anew with another");
  }
  const Json start = theirs.value("start", Json());
  if (start != ours.at("start")) {
    throw OtherCrawl("is the state of a crawl of " + start.dump() + "; choose another file");
  }
  const Json flags = theirs.value("flags", Json::object());
  for (const auto& [name, value] : ours.at("flags").items()) {
    const Json before = flags.value(name, Json());
    if (before == value) continue;
    throw OtherCrawl("was begun with another --" + name + ": " + before.dump() + ", now " +
                     value.dump() + "; use the same, or choose another file");
  }
}

}  // namespace

std::string log_header(const http::Url& start, const CrawlOptions& options) {
  Json flags;
  flags["hosts"] = options.scope.hosts;
  flags["span-hosts"] = options.scope.spans_hosts;
  flags["include"] = options.scope.include;
  flags["exclude"] = options.scope.exclude;
  flags["depth"] =
      options.most_depth == CrawlOptions::kAnyDepth ? Json() : Json(options.most_depth);
  flags["limit"] = options.most_urls;
  flags["ignore-robots"] = !options.obeys_robots;
  flags["user-agent"] = options.user_agent;
  Json json;
  json["rill_crawl"] = 1;
  json["start"] = start.text();
  json["flags"] = std::move(flags);
  return line_of(json);
}

std::string found_line(const Target& target) {
  Json json;
  json["url"] = target.url.text();
  if (target.found_on != kNobody) json["from"] = target.found_on;
  json["depth"] = target.depth;
  if (target.redirects > 0) json["redirects"] = target.redirects;
  return line_of(json);
}

std::string done_line(std::uint32_t number, const Visit& visit, std::uint64_t output_bytes) {
  Json json;
  json["done"] = number;
  json["status"] = visit.status;
  json["bytes"] = visit.body_bytes;
  json["decoded_bytes"] = visit.decoded_bytes;
  json["us"] = visit.elapsed.ns / 1000;
  json["links"] = visit.links;
  json["tries"] = visit.tries;
  if (visit.redirect != kNobody) json["to"] = visit.redirect;
  if (visit.is_excluded) json["excluded"] = true;
  if (visit.fault) json["fault"] = http::to_string(*visit.fault);
  if (!visit.reason.empty()) json["reason"] = visit.reason;
  json["output_bytes"] = output_bytes;
  return line_of(json);
}

ReadLog read_log(std::string_view text, const std::string& header) {
  text = text.substr(0, text.find('\0'));  // what a power cut leaves of a file that grew
  ReadLog log;
  Reader reader(log);
  bool is_first = true, is_damaged = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) {  // torn, or a file that is none of ours
      if (is_first && !header.starts_with(text)) check_header(text, header);
      break;
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (is_first) {
      check_header(line, header);
    } else if (is_damaged || !reader.take(line)) {
      is_damaged = true;
      ++log.lines_lost;
      continue;
    }
    is_first = false;
    log.valid_bytes += end + 1;
  }
  return log;
}

}  // namespace rill::crawler
