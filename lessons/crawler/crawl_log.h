// The log of a crawl: what --state keeps, so that a crawl that was stopped, or killed at any
// moment, can go on. JSON lines, only ever appended:
//
//   {"rill_crawl":1,"start":"http://a.test/","flags":{...}}
//   {"url":"http://a.test/","depth":0}                        found: its number is 0, then 1, 2 ...
//   {"url":"http://a.test/b","from":0,"depth":1}
//   {"done":0,"status":200,"bytes":140,"us":6000, ...}
//
// Invariant: every beginning of a log is the log of a crawl that was stopped earlier. A page is
// done only after all that was found on it; so whatever the end loses, a torn line or a hundred
// whole ones, is found or fetched once more, and nothing else. That is why reading may stop at the
// first line that makes no sense, and why a log need not be on the disk at any moment.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lessons/crawler/crawl.h"

namespace rill::crawler {

/// The log is of another crawl, or no log at all; the sentence goes behind the file's name.
class OtherCrawl : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The first line: what must be the same for a crawl to go on.
std::string log_header(const http::Url& start, const CrawlOptions& options);
std::string found_line(const Target& target);
/// `output_bytes`: how long --output is, with this page in it.
std::string done_line(std::uint32_t number, const Visit& visit, std::uint64_t output_bytes);

struct ReadLog {
  CrawlHistory history;
  std::uint64_t valid_bytes = 0;   ///< of the text; the rest is to be cut off
  std::uint64_t output_bytes = 0;  ///< of the last page that is done
  std::size_t lines_lost = 0;      ///< whole lines after the first that makes no sense
};

/// Reads what log_header() and the others wrote. An empty text, or less than a first line, is a
/// crawl that never began. Throws OtherCrawl.
ReadLog read_log(std::string_view text, const std::string& header);

}  // namespace rill::crawler
