// Wrong: it starts a task for each page at once, however many workers there may be.
#include <deque>

#include "lessons/L12_crawler/crawler.h"

using namespace rill;

namespace {

struct Crawl {
  Fetch fetch;
  std::set<std::string> seen;
  std::set<std::string> came;
  Group tasks;
};

Task<> fetch_page(Crawl& all, std::string url) {
  try {
    const std::optional<Links> links = co_await timeout(kPatience, all.fetch(url));
    if (!links) co_return;
    all.came.insert(url);
    for (const std::string& link : *links) {
      if (all.seen.insert(link).second) all.tasks.spawn(fetch_page, std::ref(all), link);
    }
  } catch (const FetchFailed&) {
  }
}

}  // namespace

Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers) {
  static_cast<void>(workers);
  Crawl all{std::move(fetch), {start}, {}, {}};
  all.tasks.spawn(fetch_page, std::ref(all), start);
  co_await all.tasks.wait();
  co_return all.came;
}
