// The client under everything that the simulator can do to a network: what comes out is the right
// page or a typed error, nothing hangs, and when all has healed, pages come again.
#include "simnet/testing.h"
#include "tests/client/fetching.h"
#include "tests/http/coded.h"

namespace rill::testing {
namespace {

const std::string kContent(20'000, 'c');

void teach(ScriptedOrigin& origin) {
  origin.on("/", {send(redirect("/page"))});
  origin.on("/page", {send(page(http::gzip(kContent), "Content-Encoding: gzip\r\n"))});
  origin.on("/post", {send(page("thanks"))});
}

/// What a crash of the client's host must not take away.
struct Seen {
  std::vector<Fetched> in_trouble;
  std::optional<Fetched> healed;
};

Task<> fetch_some(Seen& seen) {
  http::FetchOptions options;
  options.retry.most_retries = 3;
  options.most_connections_per_host = 1;
  http::Client client(options);
  for (int i = 0; i < 3; ++i) {
    Fetched got = co_await fetch_one(client, request_of("GET"));
    seen.in_trouble.push_back(std::move(got));
    http::FetchRequest post = request_of("POST", kHome + "post");
    post.body = std::string(50'000, 'p');
    Fetched posted = co_await fetch_one(client, std::move(post));
    seen.in_trouble.push_back(std::move(posted));
    co_await sleep(5_s);
  }
  co_await sleep(300_s);  // by any clock, the faults are over then
  seen.healed = co_await fetch_one(client, request_of("GET"));
}

}  // namespace

RILL_SIMULATION("in any trouble a fetch is the right page or a typed error, and later a page",
                .runs = 300, .must_outlive_silence = true) {
  auto& origin = sim.make<ScriptedOrigin>();
  teach(origin);
  const HostId site = sim.host(kSite);
  co_await simnet::serve(sim, site, 80, [&origin](Connection connection) {
    return origin.answer(std::move(connection));
  });
  auto& seen = sim.make<Seen>();
  TaskRef fetching = spawn_on(sim.host("client"), fetch_some(seen));
  const Outcome outcome = co_await join(fetching);
  for (const Fetched& one : seen.in_trouble) {
    const bool is_right = one.status == 200 && (one.body == kContent || one.body == "thanks");
    sim.require(is_right || one.fault, "what comes is the right page, or an error", one.word());
  }
  if (outcome == Outcome::finished) {
    sim.require(seen.healed && seen.healed->body == kContent, "when all has healed, a page comes",
                seen.healed ? seen.healed->sentence : "nothing");
  }
  sim.network().crash(site);
}

}  // namespace rill::testing
