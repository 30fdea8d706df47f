// The crawler's simulated world: a site of a hundred pages and a few traps, some milliseconds away.
#include "lessons/crawler/program.h"
#include "lessons/crawler/site.h"
#include "net/server.h"
#include "scheduler/event.h"
#include "simnet/network.h"

namespace rill::crawler {
namespace {

constexpr std::uint16_t kHttpPort = 80;

Task<> serve(const Site& site, Event& listening) {
  Listener listener("", kHttpPort);
  listening.set();
  co_await server(std::move(listener), [&site](Connection connection) {
    return serve_site(site, std::move(connection));
  });
}

}  // namespace

Task<> scenario(lesson::World& world) {
  simnet::Network& network = world.network();
  const HostId site_host = network.add_host(kSimulatedSite);
  const HostId crawler_host = network.add_host("crawler");
  simnet::LinkOptions link;
  link.latency = simnet::Latency::uniform(milliseconds(1), milliseconds(4));
  link.bytes_per_second = 12'500'000;  // 100 Mbit/s
  network.set_links(site_host, crawler_host, link);

  const Site site = site_of_100_pages(kPageDelay, /*is_faulty=*/true);
  Event listening;
  TaskRef serving = spawn_on(site_host, serve(site, listening)).named("site");
  co_await listening.wait();
  co_await world.start(crawler_host);
  co_await kill(serving);  // it refers to `site`
}

}  // namespace rill::crawler
