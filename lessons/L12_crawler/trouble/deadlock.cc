// Trouble: it waits for something that nobody will do.
#include <deque>

#include "lessons/L12_crawler/crawler.h"

using namespace rill;

Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers) {
  static_cast<void>(workers);
  const Links links = co_await fetch(start);
  Event all_done;
  co_await all_done.wait();
  co_return {};
}
