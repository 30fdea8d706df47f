// What --json and --output say: one JSON object a line, one line for each page as it is done, and
// with --json a last one for the whole crawl.
//
//   {"type":"page","url":"http://a.test/b","status":200,"bytes":1200,"decoded_bytes":4096,
//    "ms":51.25,"depth":1,"tries":1,"links":12,"referrer":"http://a.test/",
//    "content_type":"text/html","title":"B"}
//
// Always there: type, url, status (0: no response came), bytes (of the body, as they came over the
// network), decoded_bytes, ms, depth, tries, links. Only when there is something to say: fault
// (net/client/fetch_error.h: "timed_out", ...) with reason, excluded (true: by robots.txt, nothing
// was sent), referrer (the page that linked here first; with "redirected":true, that sent us here),
// location (of a redirect, as sent), content_type, title. Fields may be added; none changes its
// meaning.
#pragma once

#include <string>

#include "lessons/crawler/crawl.h"

namespace rill::crawler {

/// Ends with "\n". `crawl` knows the referrer.
std::string page_line(const Target& target, const Visit& visit, const PageNote& note,
                      const Target* referrer);

/// {"type":"summary", ...}: counts as in the report for people (report.h).
std::string summary_line(const Crawl& crawl);

}  // namespace rill::crawler
