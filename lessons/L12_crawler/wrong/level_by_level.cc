// Wrong: it waits for a whole level before it begins the next, so one slow page holds up all.
#include <deque>

#include "lessons/L12_crawler/crawler.h"

using namespace rill;

namespace {

Task<> fetch_page(const Fetch& fetch, std::string url, std::set<std::string>& came,
                  std::set<std::string>& found, Semaphore& free_workers) {
  const Semaphore::Permit worker = co_await free_workers.acquire();
  try {
    const std::optional<Links> links = co_await timeout(kPatience, fetch(url));
    if (!links) co_return;
    came.insert(url);
    found.insert(links->begin(), links->end());
  } catch (const FetchFailed&) {
  }
}

}  // namespace

Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers) {
  std::set<std::string> came;
  std::set<std::string> seen;
  std::set<std::string> level = {start};
  Semaphore free_workers(workers);
  while (!level.empty()) {
    std::set<std::string> found;
    Group tasks;
    for (const std::string& url : level) {
      if (!seen.insert(url).second) continue;
      tasks.spawn(fetch_page, std::cref(fetch), url, std::ref(came), std::ref(found),
                  std::ref(free_workers));
    }
    co_await tasks.wait();
    level.clear();
    for (const std::string& url : found) {
      if (!seen.contains(url)) level.insert(url);
    }
  }
  co_return came;
}
