// httpd under everything that the simulator can do to a network and to a host (bar B11): what a
// client gets is the file, whole, or a typed error. Connections that are stopped one by one and let
// go in another order (FoundationDB calls it swizzle-clogging) change nothing. And when all has
// healed, pages come, and SIGTERM ends the server.
//
// 10,000 seeds: bazel test //tests/lessons/httpd:search_test --test_env=RILL_SEEDS=10000
#include <csignal>
#include <map>

#include "lessons/httpd/memory_site.h"
#include "lessons/httpd/server.h"
#include "net/client/client.h"
#include "simnet/testing.h"

namespace rill::httpd {
namespace {

std::int64_t fixed_seconds() { return 1'000'000'000; }

/// What outlives the server's host: its disk, and what is known of it.
struct Home {
  MemorySite site;
  std::size_t starts = 0;
  Event ended;  // in order
};

/// What clients have got.
struct Seen {
  std::size_t whole = 0;
  std::size_t refused = 0;  // 408: the network took longer for the request than the server waits
  std::size_t failed = 0;   // a typed error
};

const std::map<std::string, std::string>& files() {
  static const std::map<std::string, std::string> all = [] {
    std::map<std::string, std::string> made = {{"empty", ""}, {"small", "small\n"}};
    for (int i = 0; i < 4'000; ++i) made["large"] += std::to_string(i) + ",";
    return made;
  }();
  return all;
}

Task<> serve_home(Home& home) {
  ++home.starts;
  lesson::Settings settings;
  settings.port = 80;
  settings.drain = 10_s;
  // Some worlds have buffers of 50 bytes, and round trips of a second.
  Limits limits;
  limits.write = 500_s;
  Service service(home.site, limits, fixed_seconds);
  co_await serve(settings, service);
  home.ended.set();
}

/// One file, or a part of it: the status, or -1 if the bytes are wrong.
Task<int> fetch(http::Client& client, std::string path, bool is_part) {
  constexpr std::size_t kBegin = 10;
  constexpr std::size_t kBytes = 17'000;
  http::FetchRequest request(http::Url::parse("http://server/" + path).value());
  if (is_part) request.fields = {{"Range", "bytes=10-17009"}};
  const http::Page page = co_await client.fetch(std::move(request));
  const std::string& whole = files().at(path);
  const bool has_status = page.status == (is_part ? 206 : 200);
  const bool is_right = page.body == (is_part ? whole.substr(kBegin, kBytes) : whole);
  co_return has_status && !is_right ? -1 : page.status;
}

struct Question {
  const char* path;
  bool is_part;
};
constexpr Question kQuestions[] = {
    {"small", false}, {"large", false}, {"large", true}, {"empty", false}};

Task<> visit(simnet::Simulation& sim, Seen& seen, std::vector<Duration> pauses,
             Duration deadline = 30_s) {
  http::FetchOptions options;
  options.deadline = deadline;
  options.decodes = false;  // or a part could be of a coded form
  http::Client client(options);
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    co_await sleep(pauses[i]);
    const Question& question = kQuestions[i % std::size(kQuestions)];
    int status = 0;
    try {
      status = co_await fetch(client, question.path, question.is_part);
    } catch (const http::FetchError&) {
      ++seen.failed;
      continue;
    }
    const bool is_whole = status == (question.is_part ? 206 : 200);
    sim.require(is_whole || status == 408, "what comes is the file, whole, or no answer in time",
                std::to_string(status));
    ++(is_whole ? seen.whole : seen.refused);
  }
}

/// Stops the ways of all clients to the server, one by one, and lets them go in another order.
Task<> swizzle(simnet::Simulation& sim, HostId server, std::vector<HostId> homes) {
  simnet::Network& network = sim.network();
  const auto mode = sim.draw(
      "clog", rc::gen::element(simnet::CutMode::jam, simnet::CutMode::stop, simnet::CutMode::slow));
  for (const HostId home : homes) {
    co_await sleep(milliseconds(sim.draw("clog after", rc::gen::inRange(1, 500))));
    network.cut(home, server, mode);
  }
  while (!homes.empty()) {
    co_await sleep(milliseconds(sim.draw("unclog after", rc::gen::inRange(1, 500))));
    const auto next =
        homes.begin() + static_cast<std::ptrdiff_t>(sim.choose("unclog", homes.size()));
    network.heal(*next, server);
    homes.erase(next);
  }
}

}  // namespace

RILL_SIMULATION(
    "whatever breaks, a client of httpd gets whole files or errors, and later all files",
    .errors_are_failures = true, .must_outlive_silence = true) {
  auto& home = sim.make<Home>();
  for (const auto& [path, bytes] : files()) home.site.set(path, bytes);
  auto& seen = sim.make<Seen>();
  const HostId server = sim.host("server");
  sim.network().boot(server, [&home] { return serve_home(home); });
  co_await sleep(1_s);

  std::vector<HostId> homes;
  Group visits;
  const int visitors = sim.draw("visitors", rc::gen::inRange(1, 4));
  for (int i = 0; i < visitors; ++i) {
    homes.push_back(sim.host("visitor" + std::to_string(i)));
    std::vector<Duration> pauses;
    for (int fetches = sim.draw("fetches", rc::gen::inRange(1, 8)); fetches > 0; --fetches) {
      pauses.push_back(milliseconds(sim.draw("pause", rc::gen::element(0, 1, 100, 11'000))));
    }
    visits.spawn_on(homes.back(), visit(sim, seen, std::move(pauses)));
  }
  visits.spawn(swizzle(sim, server, homes));
  co_await visits.wait();
  sim.sometimes("all files come", seen.refused + seen.failed == 0);
  sim.sometimes("some do not", seen.failed > 0);
  sim.sometimes("a file comes though the server was started anew",
                seen.whole > 0 && home.starts > 1);

  co_await sleep(300_s);  // by any clock, the faults are over then
  Seen healed;
  co_await visit(sim, healed, std::vector<Duration>(std::size(kQuestions)), 1000_s);
  sim.require(healed.whole == std::size(kQuestions), "when all has healed, all files come");

  sim.network().raise_signal(server, SIGTERM);
  const auto end = [](Event& ended) -> Task<> { co_await ended.wait(); };
  const Outcome outcome = co_await timeout(60_s, end(home.ended));
  sim.require(outcome == Outcome::finished, "SIGTERM ends the server");
  sim.require(home.site.open_files() == 0, "no file is left open");
}

}  // namespace rill::httpd
