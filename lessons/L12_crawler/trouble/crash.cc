// Trouble: it writes through a null pointer.
#include <deque>

#include "lessons/L12_crawler/crawler.h"

using namespace rill;

Task<std::set<std::string>> crawl(Fetch fetch, std::string start, std::size_t workers) {
  const Links links = co_await fetch(start);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = workers;
  co_return {};
}
