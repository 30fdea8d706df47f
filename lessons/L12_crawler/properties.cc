// Lesson 12: what must hold of crawl(), for any web.
#include <algorithm>
#include <map>
#include <set>

#include "lessons/L12_crawler/crawler.h"
#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

std::string page(int number) { return "/page" + std::to_string(number); }

struct Page {
  enum class Kind : std::uint8_t { good, fails, hangs };
  Kind kind = Kind::good;
  Duration takes;
  Links links;
};

/// A web, and what a crawler does to it.
struct Web {
  std::map<std::string, Page> pages;
  std::map<std::string, int> fetches;
  std::set<TaskId> fetchers;  ///< who has asked for pages
  int under_way = 0;
  int most_under_way = 0;
  Simulation* sim = nullptr;  ///< whose story tells of it; null: nobody's

  void note(const std::string& text) const {
    if (sim != nullptr) sim->note(text);
  }
};

Web& new_web(Simulation& sim) {
  auto& web = sim.make<Web>();
  web.sim = &sim;
  return web;
}

Task<Links> fetch_page(Web& web, std::string url) {
  ++web.fetches[url];
  web.fetchers.insert(self().id());
  const Alive here(web.under_way);
  web.most_under_way = std::max(web.most_under_way, web.under_way);
  web.note("asks for " + url);
  const auto found = web.pages.find(url);
  const Page target = found != web.pages.end() ? found->second : Page{Page::Kind::fails, 5_ms, {}};
  co_await sleep(target.takes);
  web.note(url + (target.kind == Page::Kind::good ? " is here" : " does not come"));
  if (target.kind == Page::Kind::fails) throw FetchFailed(url);
  if (target.kind == Page::Kind::hangs) {
    Event never;
    co_await never.wait();
  }
  co_return target.links;
}

Fetch fetch_of(Web& web) {
  return [&web](std::string url) { return fetch_page(web, std::move(url)); };
}

/// Pages that link at random, also in circles and to nowhere.
void draw_web(Simulation& sim, Web& web, bool with_trouble) {
  const int pages = sim.draw("pages", rc::gen::inRange(1, 12));
  for (int i = 0; i < pages; ++i) {
    Page& here = web.pages[page(i)];
    here.takes = milliseconds(sim.draw("ms", rc::gen::inRange(1, 100)));
    const auto links = sim.draw("links", rc::gen::container<std::vector<int>>(
                                             rc::gen::inRange(0, pages + (with_trouble ? 1 : 0))));
    for (const int link : links) here.links.push_back(page(link));
    const int trouble = with_trouble ? sim.draw("trouble", rc::gen::inRange(0, 8)) : 0;
    if (trouble == 6) here.kind = Page::Kind::fails;
    if (trouble == 7) here.kind = Page::Kind::hangs;
  }
}

/// What a crawl from the first page must bring.
std::set<std::string> reachable(const Web& web) {
  std::set<std::string> came;
  Links waiting = {page(0)};
  std::set<std::string> seen = {page(0)};
  while (!waiting.empty()) {
    const std::string url = waiting.back();
    waiting.pop_back();
    const auto found = web.pages.find(url);
    if (found == web.pages.end() || found->second.kind != Page::Kind::good) continue;
    came.insert(url);
    for (const std::string& link : found->second.links) {
      if (seen.insert(link).second) waiting.push_back(link);
    }
  }
  return came;
}

std::vector<std::string> as_list(const std::set<std::string>& urls) {
  return {urls.begin(), urls.end()};
}

Task<> crawl_it(Simulation& sim, Web& web, int workers) {
  const std::set<std::string> came =
      co_await crawl(fetch_of(web), page(0), static_cast<std::size_t>(workers));
  require_equal(sim, "it brings every page that can be reached, and no other", "brought",
                as_list(came), "reachable", as_list(reachable(web)));
  for (const auto& [url, times] : web.fetches) {
    require_equal(sim, "every page is fetched once", "fetches of " + url, times, "wanted", 1);
  }
  sim.require(web.most_under_way <= workers, "no more are under way than there are workers",
              lesson::counted(web.most_under_way, "page") + " at a time, with " +
                  lesson::counted(workers, "worker") +
                  (web.most_under_way == workers + 1 ? ": one too many" : ""));
  sim.require(web.under_way == 0, "when crawl() ends, nothing is under way");
}

Task<> a_small_web(Simulation& sim) {
  auto& web = new_web(sim);
  web.pages[page(0)] = {Page::Kind::good, 10_ms, {page(1), page(2), page(3), page(0)}};
  web.pages[page(1)] = {Page::Kind::good, 10_ms, {page(2)}};
  web.pages[page(2)] = {Page::Kind::good, 10_ms, {}};
  web.pages[page(3)] = {Page::Kind::good, 10_ms, {}};
  co_await crawl_it(sim, web, 1);
}

Task<> any_web(Simulation& sim) {
  auto& web = new_web(sim);
  draw_web(sim, web, false);
  const int workers = sim.draw("workers", rc::gen::inRange(1, 5));
  co_await crawl_it(sim, web, workers);
}

Task<> a_web_with_trouble(Simulation& sim) {
  auto& web = new_web(sim);
  draw_web(sim, web, true);
  const int workers = sim.draw("workers", rc::gen::inRange(1, 5));
  co_await crawl_it(sim, web, workers);
}

/// What became of the workers.
std::string who_fetched(const Web& web) {
  if (web.fetchers.size() > 1) return "several tasks have fetched pages";
  return web.fetchers.contains(self().id())
             ? "crawl() has fetched every page itself, in no task but its own"
             : "one task has fetched every page: all others had ended before there was work";
}

/// A page that links to many: all of them can be fetched at once.
Task<> workers_are_not_idle(Simulation& sim) {
  auto& web = new_web(sim);
  const int pages = sim.draw("leaves", rc::gen::inRange(2, 20));
  const int workers = sim.draw("workers", rc::gen::inRange(2, 6));
  Page& start = web.pages[page(0)];
  start.takes = 10_ms;
  for (int i = 1; i <= pages; ++i) {
    start.links.push_back(page(i));
    web.pages[page(i)].takes = 50_ms;
  }
  const Instant before = now();
  co_await crawl_it(sim, web, workers);
  const int rounds = (pages + workers - 1) / workers;
  const Duration wanted = 10_ms + 50_ms * rounds;
  const Duration took = now() - before;
  sim.require(took == wanted, "as many pages are fetched at a time as there are workers",
              "with all workers busy  " + shown(wanted) + "\ntook                   " +
                  shown(took) + "\n" + who_fetched(web));
}

/// One slow page, and a chain of quick ones beside it.
Task<> a_slow_page_holds_up_nobody(Simulation& sim) {
  auto& web = new_web(sim);
  const int chain = sim.draw("chain", rc::gen::inRange(2, 10));
  web.pages[page(0)] = {Page::Kind::good, 1_ms, {"/slow", page(1)}};
  web.pages["/slow"] = {Page::Kind::good, 1000_ms, {}};
  for (int i = 1; i <= chain; ++i) {
    web.pages[page(i)] = {Page::Kind::good, 50_ms, {page(i + 1)}};
  }
  const Instant before = now();
  co_await crawl_it(sim, web, 2);
  require_equal(sim, "what can be fetched beside a slow page is", "took", now() - before,
                "the slow page", Duration(1001_ms));
}

Task<> crawl_twice(const lesson::Settings&) {
  for (const int workers : {1, 8}) {
    Web web;
    for (int i = 1; i <= 40; ++i) {
      web.pages[page(0)].links.push_back(page(i));
      web.pages[page(i)].takes = 50_ms;
    }
    const Instant before = now();
    const std::set<std::string> came =
        co_await crawl(fetch_of(web), page(0), static_cast<std::size_t>(workers));
    lesson::report(std::to_string(came.size()) + " pages of 50 ms each, " +
                   std::to_string(workers) + (workers == 1 ? " worker" : " workers") + ": " +
                   to_string(now() - before));
  }
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L12";
  program.about = "Forty pages of 50 ms each, with one worker and with eight.";
  program.main = crawl_twice;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions options = {.faults = FaultClass::none};
  const ExploreOptions timed = {.faults = FaultClass::none, .varies_network = false};
  return {"L12",
          "crawler",
          {
              {"a_small_web", "Every page of a small web is fetched once.", a_small_web, options},
              {"workers_are_not_idle", "As many pages are under way as there are workers.",
               workers_are_not_idle, timed},
              {"any_web", "Every page that can be reached is fetched, once, in any web.", any_web,
               options},
              {"a_web_with_trouble", "Pages that fail, or never come, harm no other page.",
               a_web_with_trouble, options},
              {"a_slow_page_holds_up_nobody", "One slow page holds up no other.",
               a_slow_page_holds_up_nobody, timed},
          },
          demo()};
}

}  // namespace rill::school
