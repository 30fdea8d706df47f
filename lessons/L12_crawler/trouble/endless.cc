// Trouble: a loop that never waits.
#include <deque>

#include "lessons/L12_crawler/crawler.h"

using namespace rill;

Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers) {
  const Links links = co_await fetch(start);
  volatile std::size_t left = workers;
  while (left > 0) left = workers;
  co_return {};
}
