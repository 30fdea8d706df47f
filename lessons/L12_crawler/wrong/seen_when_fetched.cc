// Wrong: a page counts as seen when it was fetched, not when it is found: some are fetched twice.
#include <deque>

#include "lessons/L12_crawler/crawler.h"

using namespace rill;

namespace {

class Crawl {
 public:
  explicit Crawl(Fetch fetch) : fetch_(std::move(fetch)) {}

  void add(const std::string& url) {
    if (seen_.contains(url)) return;
    waiting_.push_back(url);
    has_news_.set();
  }
  Task<> work() {
    for (;;) {
      while (waiting_.empty()) {
        if (busy_ == 0) co_return;
        has_news_.clear();
        co_await has_news_.wait();
      }
      const std::string url = waiting_.front();
      waiting_.pop_front();
      ++busy_;
      co_await fetch_one(url);
      if (--busy_ == 0 && waiting_.empty()) has_news_.set();  // the end is news too
    }
  }
  std::set<std::string> came() const { return came_; }

 private:
  Task<> fetch_one(const std::string& url) {
    try {
      const std::optional<Links> links = co_await timeout(kPatience, fetch_(url));
      if (!links) co_return;
      seen_.insert(url);
      came_.insert(url);
      for (const std::string& link : *links) add(link);
    } catch (const FetchFailed&) {
    }
  }

  Fetch fetch_;
  std::set<std::string> seen_;
  std::set<std::string> came_;
  std::deque<std::string> waiting_;
  std::size_t busy_ = 0;
  Event has_news_;
};

}  // namespace

Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers) {
  Crawl all(std::move(fetch));
  all.add(start);
  Group tasks;
  for (std::size_t i = 0; i < workers; ++i) tasks.spawn(all.work()).named("worker");
  co_await tasks.wait();
  co_return all.came();
}
