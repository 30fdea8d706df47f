// See crawl_output.h.
#include "lessons/crawler/crawl_output.h"

#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "lessons/crawler/page_json.h"
#include "lessons/crawler/report.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

/// How much a power cut may cost. A killed process costs nothing.
constexpr Duration kSyncEvery = seconds(5);

}  // namespace

CrawlOutput::CrawlOutput(const OutputChoices& choices, const http::Url& start,
                         const CrawlOptions& options)
    : choices_(choices), progress_(choices.shows_progress) {
  if (!choices.state_file.empty()) open_state(start, options);
  if (!choices.output_file.empty()) open_output();
}

void CrawlOutput::open_state(const http::Url& start, const CrawlOptions& options) {
  state_.emplace(choices_.state_file);
  state_->lock();
  const std::string header = log_header(start, options);
  try {
    log_ = read_log(state_->text(), header);
  } catch (const OtherCrawl& error) {
    throw OtherCrawl(choices_.state_file + " " + error.what());
  }
  state_->truncate(log_.valid_bytes);
  if (log_.valid_bytes == 0) state_->append(header);
  header_bytes_ = header.size();
}

void CrawlOutput::open_output() {
  output_.emplace(choices_.output_file);
  output_->truncate(log_.output_bytes);
  output_bytes_ = output_->size();
}

std::string CrawlOutput::greeting() const {
  const std::size_t found = log_.history.targets.size();
  if (found == 0) return "";
  std::string text = "goes on where it was: " + lesson::counted(found, "URL") + ", " +
                     lesson::with_commas(log_.history.done.size()) + " of them done";
  if (log_.lines_lost > 0) {
    text += "; " + lesson::counted(log_.lines_lost, "line") + " at the end of " +
            choices_.state_file + " made no sense and will be found anew";
  }
  return text;
}

void CrawlOutput::begin(const Crawl& crawl) {
  crawl_ = &crawl;
  begun_ = last_sync_ = now();
}

void CrawlOutput::end() {
  progress_.hide();
  if (output_) output_->sync();
  if (!state_) return;
  state_->append(unwritten_);
  unwritten_.clear();
  state_->sync();
}

void CrawlOutput::forget() {
  if (state_) state_->truncate(header_bytes_);
}

void CrawlOutput::found(std::uint32_t, const Target& target) {
  if (state_) unwritten_ += found_line(target);
}

void CrawlOutput::done(std::uint32_t number, const Target& target, const Visit& visit,
                       const PageNote& note) {
  if (output_ || choices_.prints_json) {
    const Target* referrer =
        target.found_on == kNobody ? nullptr : &crawl_->frontier().at(target.found_on);
    const std::string line = page_line(target, visit, note, referrer);
    if (output_) {
      output_->append(line);
      output_bytes_ += line.size();
    }
    if (choices_.prints_json) {
      progress_.hide();
      lesson::report(line.substr(0, line.size() - 1));
    }
  }
  if (choices_.prints_pages) {
    progress_.hide();
    lesson::say(line_of(target.url, visit));
  }
  if (state_) {
    state_->append(unwritten_ + done_line(number, visit, output_bytes_));
    unwritten_.clear();
    sync_sometimes();
  }
  progress_.show({.done = crawl_->done(),
                  .done_before = log_.history.done.size(),
                  .found = crawl_->frontier().found(),
                  .broken = crawl_->broken(),
                  .under_way = crawl_->in_flight()},
                 now() - begun_);
}

void CrawlOutput::sync_sometimes() {
  if (now() - last_sync_ < kSyncEvery) return;
  last_sync_ = now();
  if (output_) output_->sync();  // first: the state says how long it is
  state_->sync();
}

}  // namespace rill::crawler
