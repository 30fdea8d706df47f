// A stampede: everybody who misses the cache fetches the same thing, because nobody has put it
// there yet.
// People write it because "look up, fetch, store" is what a cache is; with an await in the middle
// it is also a race.
#include <map>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Cache {
  std::map<std::string, std::string> pages;
  Semaphore fetching{1};
  int fetches = 0;
};

Task<std::string> fetch(Cache& cache) {
  ++cache.fetches;
  Connection origin = co_await connect("origin", 80);
  co_return co_await origin.readline();
}

Task<> get(Cache& cache, std::string page, Duration when, bool is_right) {
  co_await sleep(when);
  if (cache.pages.contains(page)) co_return;
  std::optional<Semaphore::Permit> permit;
  if (is_right) {
    permit = co_await cache.fetching.acquire();
    if (cache.pages.contains(page)) co_return;
  }
  const std::string content = co_await fetch(cache);  // wrong: others are doing the same
  cache.pages[page] = content;
}

}  // namespace

Task<> cache_stampede(Simulation& sim, Variant variant) {
  auto& cache = sim.make<Cache>();
  co_await serve(sim, sim.host("origin"), 80,
                 [](Connection client) -> Task<> { co_await client.sendall("content\n"); });
  const HostId proxy = sim.host("proxy");
  for (int i = 0; i < 3; ++i) {
    const int when_ms = sim.draw("asks at", rc::gen::inRange(0, 400));
    spawn_on(proxy, get, std::ref(cache), "/", milliseconds(when_ms), variant.is_right);
    co_await edited(sim, variant);
  }
  sim.finally("a page is fetched once", [&cache] { return cache.fetches == 1; });
}

}  // namespace rill::planted
