// A crawl under every fault of the simulator, crashes of its own host included: after each it goes
// on from its log. Every page comes to an end once, and none is lost.
#include <set>

#include "lessons/crawler/crawl_log.h"
#include "lessons/crawler/site.h"
#include "simnet/testing.h"

namespace rill::testing {
namespace {

using crawler::Crawl;
using crawler::CrawlObserver;
using crawler::CrawlOptions;
using crawler::PageNote;
using crawler::Site;
using crawler::Target;
using crawler::Visit;

const http::Url kStart = http::Url::parse("http://site/").value();

/// Nine pages in three levels, one behind a redirect, one that robots.txt excludes.
Site small_site() {
  Site site;
  const auto add = [&site](const std::string& path, const std::vector<std::string>& hrefs) {
    std::string body = "<p>" + std::string(path.size() * 100, '.');
    for (const std::string& href : hrefs) body += "<a href=" + href + ">x</a>";
    site.add(path, {.body = body, .delay = milliseconds(20)});
  };
  add("/", {"/a", "/b", "/old", "/private"});
  add("/a", {"/a1", "/a2", "/"});
  add("/b", {"/b1", "/a2"});
  for (const char* leaf : {"/a1", "/a2", "/b1", "/new"}) add(leaf, {"/"});
  site.add("/old", {.status = 301, .body = "", .location = "/new"});
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /private\n"});
  return site;
}

/// What survives the crawler's host: its log, and what it has told.
struct Kept {
  std::string log;
  std::multiset<std::string> done;
  std::size_t broken = 0, sittings = 0;
  std::uint64_t bytes = 0;
  Event ended;
};

/// Writes the log as CrawlOutput does: what a page has led to with the page itself.
class Writer final : public CrawlObserver {
 public:
  explicit Writer(Kept& kept) : kept_(kept) {}
  void found(std::uint32_t, const Target& target) override {
    unwritten_ += crawler::found_line(target);
  }
  void done(std::uint32_t number, const Target& target, const Visit& visit,
            const PageNote&) override {
    kept_.log += unwritten_ + crawler::done_line(number, visit, 0);
    unwritten_.clear();
    kept_.done.insert(target.url.target());
    kept_.broken += visit.is_broken() || (visit.is_excluded && visit.reason != crawler::kExcluded);
    kept_.bytes += visit.body_bytes;
  }

 private:
  Kept& kept_;
  std::string unwritten_;
};

Task<> crawl(Kept& kept, CrawlOptions options) {
  ++kept.sittings;
  const std::string header = crawler::log_header(kStart, options);
  const crawler::ReadLog log = crawler::read_log(kept.log, header);
  kept.log.resize(log.valid_bytes);
  if (kept.log.empty()) kept.log = header;
  Writer writer(kept);
  Crawl crawl(kStart, options, &writer, &log.history);
  co_await crawl.run();
  kept.ended.set();
}

}  // namespace

RILL_SIMULATION("every page is done once, whatever breaks, and none is lost",
                .must_outlive_silence = true, .stop_with_root = true) {
  const Site& site = sim.make<Site>(small_site());
  auto& kept = sim.make<Kept>();
  co_await simnet::serve(sim, sim.host("site"), 80, [&site](Connection connection) {
    return crawler::serve_site(site, std::move(connection));
  });
  CrawlOptions options;
  options.concurrency = options.per_host =
      sim.draw("at a time", rc::gen::inRange<std::size_t>(1, 4));
  options.delay = milliseconds(sim.draw("delay", rc::gen::element(0, 0, 300)));
  sim.network().boot(sim.host("home"), [&kept, options] { return crawl(kept, options); });
  sim.always("no page is done twice", [&kept] {
    const std::set<std::string> once(kept.done.begin(), kept.done.end());
    return once.size() == kept.done.size();
  });
  co_await kept.ended.wait();
  if (kept.broken == 0) {
    sim.require(kept.done.size() == 9, "with no page broken, all are found");
    sim.require(kept.bytes >= 1'200, "and all of their bytes came");
  }
  sim.require(kept.done.contains("/"), "the start page comes to an end");
  sim.sometimes("a crawl is crashed and goes on", kept.sittings > 1);
  sim.sometimes("and comes to all pages", kept.sittings > 1 && kept.broken == 0);
  sim.sometimes("a page stays broken", kept.broken > 0);
}

}  // namespace rill::testing
