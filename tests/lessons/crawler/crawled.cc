// See crawled.h.
#include "tests/lessons/crawler/crawled.h"

namespace rill::testing {

std::string html(std::string_view body) { return page(body, "Content-Type: text/html\r\n"); }

std::string links(const std::vector<std::string>& hrefs) {
  std::string text;
  for (const std::string& href : hrefs) text += "<a href='" + href + "'>x</a>";
  return html(text);
}

std::string status(int code, std::string_view fields) {
  return "HTTP/1.1 " + std::to_string(code) + " X\r\n" + std::string(fields) +
         "Content-Length: 0\r\n\r\n";
}

crawler::CrawlOptions plain() {
  crawler::CrawlOptions options;
  options.obeys_robots = false;
  options.retry.most_retries = 0;
  return options;
}

Crawled crawl(ScriptedOrigin& origin, const crawler::CrawlOptions& options,
              const Simulation& simulation, const std::string& start, std::size_t report_rows) {
  Crawled result;
  simulate(origin, simulation, [&]() -> Task<> {
    crawler::Crawl crawl(http::Url::parse(start).value(), options);
    co_await crawl.run();
    result.summary = crawler::summary_of(crawl);
    result.report = crawler::report_of(crawl, report_rows);
    result.links = crawl.link_counts();
    result.turned_away = crawl.frontier().turned_away();
    result.elapsed = crawl.elapsed();
    for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
      result.found.insert(crawl.frontier().at(i).url.text());
    }
  });
  return result;
}

}  // namespace rill::testing
