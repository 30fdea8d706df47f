// Done too early: the crawler stops when its queue is empty, though a page that is still being
// fetched will bring new links.
// People write it because "nothing left to do" and "nothing is being done" look alike.
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Crawl {
  std::vector<int> queue{1};
  int busy = 0;
  int seen = 0;
};

Task<int> links_of(int page) {
  Connection site = co_await connect("site", 80);
  co_await site.sendall(std::to_string(page) + "\n");
  const std::string links = co_await site.readline();
  co_return links.empty() ? 0 : links[0] - '0';
}

Task<> worker(Simulation& sim, Crawl& crawl, Variant variant) {
  for (;;) {
    while (crawl.queue.empty()) {
      if (!variant.is_right || crawl.busy == 0) co_return;  // wrong: somebody is still busy
      co_await sleep(50_ms);
      co_await edited(sim, variant);
    }
    const int page = crawl.queue.back();
    crawl.queue.pop_back();
    ++crawl.seen;
    ++crawl.busy;
    const int links = co_await links_of(page);
    for (int i = 0; i < links; ++i) crawl.queue.push_back(page * 10 + i);
    --crawl.busy;
  }
}

}  // namespace

Task<> done_too_early(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("site"), 80, [](Connection client) -> Task<> {
    const std::string page = co_await client.readline();
    co_await client.sendall(page.size() < 4 ? "2\n" : "0\n");  // three levels of two links each
  });
  auto& crawl = sim.make<Crawl>();
  auto& early = sim.make<int>(0);
  const auto crawler = [](Simulation& s, Crawl& c, int& left, Variant v) -> Task<> {
    co_await worker(s, c, v);
    if (!c.queue.empty() || c.busy > 0) ++left;
  };
  const HostId client = sim.host("client");
  for (int i = 0; i < 3; ++i) {
    spawn_on(client, crawler, std::ref(sim), std::ref(crawl), std::ref(early), variant);
  }
  sim.finally("no worker leaves while there is work", [&early] { return early == 0; });
}

}  // namespace rill::planted
