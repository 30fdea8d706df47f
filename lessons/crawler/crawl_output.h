// CrawlOutput: all that a crawl says while it runs - a line for each page, JSON lines, the state
// file, the progress line - and what of it is there from an earlier sitting.
//
// --state and --output agree: a page's line is in the output before the state says that it is done,
// and the state knows how long the output was then. So the output of a crawl that was killed is cut
// back to that when it goes on, and each page stands there once.
#pragma once

#include <optional>
#include <string>

#include "lessons/crawler/append_file.h"
#include "lessons/crawler/crawl_log.h"
#include "lessons/crawler/progress.h"

namespace rill::crawler {

struct OutputChoices {
  std::string state_file;   ///< empty: none
  std::string output_file;  ///< empty: none
  bool prints_json = false;
  bool prints_pages = false;
  bool shows_progress = false;
};

class CrawlOutput final : public CrawlObserver {
 public:
  /// Opens the files, and reads the state. Throws AppendFileError and OtherCrawl.
  CrawlOutput(const OutputChoices& choices, const http::Url& start, const CrawlOptions& options);

  const CrawlHistory& history() const { return log_.history; }
  /// A sentence to say before the crawl, such as that it goes on; empty if there is none.
  std::string greeting() const;
  /// Once, before the crawl runs, from inside the run.
  void begin(const Crawl& crawl);
  /// After it: what is not written yet, and the disk.
  void end();
  /// After end(): the crawl could not begin, so that a later one begins, and does not go on.
  void forget();

  void found(std::uint32_t number, const Target& target) override;
  void done(std::uint32_t number, const Target& target, const Visit& visit,
            const PageNote& note) override;

 private:
  void open_state(const http::Url& start, const CrawlOptions& options);
  void open_output();
  void sync_sometimes();

  OutputChoices choices_;
  std::optional<AppendFile> state_, output_;
  std::size_t header_bytes_ = 0;  // of the state
  ReadLog log_;
  std::string unwritten_;  // of the state: what was found since the last page was done
  std::uint64_t output_bytes_ = 0;
  Progress progress_;
  const Crawl* crawl_ = nullptr;
  Instant begun_, last_sync_;
};

}  // namespace rill::crawler
