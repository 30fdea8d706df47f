// Properties of the echo program: any bytes, any chunks, any number of clients, any schedule.
#include <csignal>

#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/echo/echo.h"
#include "net/backends.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/lessons/echo/visit.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

struct Case {
  std::vector<Chunks> clients;
  std::uint64_t seed = 0;
  std::uint32_t cut_percent = 0;
  std::uint32_t buffer_bytes = 1;
  std::int64_t step_cost_ns = 0;
};

std::ostream& operator<<(std::ostream& out, const Case& given) {
  out << "seed " << given.seed << ", cuts " << given.cut_percent << " %, buffers "
      << given.buffer_bytes << " bytes, step cost " << given.step_cost_ns << " ns, clients send\n";
  for (const Chunks& chunks : given.clients) {
    out << " ";
    for (const std::string& chunk : chunks) out << " " << lesson::in_quotes(chunk, 60);
    out << "\n";
  }
  return out;
}

// At most 6 clients with 6 chunks each: what there is to find shows itself in small cases, and
// buffers of a few bytes make each byte a round trip.
constexpr int kMostItems = 6;

rc::Gen<Chunks> any_chunks() {
  const auto text = rc::gen::resize(40, rc::gen::arbitrary<std::string>());
  const auto times = rc::gen::resize(100, rc::gen::inRange(1, 200));
  const auto long_text =
      rc::gen::map(rc::gen::pair(text, times), [](const std::pair<std::string, int>& piece) {
        std::string repeated;
        for (int i = 0; i < piece.second; ++i) repeated += piece.first;
        return repeated;
      });
  // Mostly short: one in six chunks fills buffers.
  return rc::gen::resize(
      kMostItems,
      rc::gen::container<Chunks>(rc::gen::weightedOneOf<std::string>({{5, text}, {1, long_text}})));
}

rc::Gen<std::vector<Chunks>> any_clients() {
  return rc::gen::resize(kMostItems, rc::gen::container<std::vector<Chunks>>(any_chunks()));
}

rc::Gen<Case> any_case() {
  return rc::gen::build<Case>(
      rc::gen::set(&Case::clients, any_clients()), rc::gen::set(&Case::seed),
      rc::gen::set(&Case::cut_percent, rc::gen::element(0u, 10u, 50u, 100u)),
      rc::gen::set(&Case::buffer_bytes, rc::gen::element(300'000u, 1'000u, 64u)),
      rc::gen::set(&Case::step_cost_ns, rc::gen::element<std::int64_t>(0, 1'000, 1'000'000)));
}

/// Serves on a host of its own until all clients, each on one of its own, have been served.
Task<std::vector<std::string>> echo_on_sim(simnet::Network& network, const Case& given,
                                           Task<> (*handler)(Connection)) {
  lesson::Settings settings;
  settings.port = 4915;
  const HostId home = network.add_host("server");
  TaskRef server = spawn_on(home, lesson::serve(settings, handler));
  co_await sleep(1_s);  // far more than it takes to listen

  std::vector<std::string> answers(given.clients.size());
  std::vector<TaskRef> visits;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const HostId host = network.add_host("client" + std::to_string(i));
    network.set_links(home, host,
                      {.latency = simnet::Latency::uniform(0_ms, milliseconds(std::int64_t(i)))});
    visits.push_back(spawn_on(host, [&, i]() -> Task<> {
      answers[i] = co_await talk(network.address(home, 4915), given.clients[i]);
    }));
  }
  for (const TaskRef& visit : visits) co_await join(visit);
  network.raise_signal(home, SIGTERM);
  co_await join(server);
  co_return answers;
}

struct Result {
  std::vector<std::string> answers;
  std::string fingerprint;
  std::size_t open_sockets = 0;
};

Result run_on_sim(const Case& given, Task<> (*handler)(Connection)) {
  simnet::NetworkOptions options;
  options.short_read_percent = options.short_write_percent = given.cut_percent;
  options.short_segment_percent = given.cut_percent;
  options.host.send_buffer_bytes = options.host.receive_buffer_bytes = given.buffer_bytes;
  options.step_cost = Duration(given.step_cost_ns);
  simnet::Network network(options);
  SeededOracle oracle(given.seed, SeededOracle::Order::random);
  RunReport report;
  RunOptions run_options;
  run_options.oracle = &oracle;
  run_options.report = &report;
  Result result;
  result.answers = run(echo_on_sim(network, given, handler), network, run_options);
  result.fingerprint = report.fingerprint;
  result.open_sockets = network.open_sockets();
  return result;
}

void check_answers(const std::vector<std::string>& answers, const Case& given) {
  for (std::size_t i = 0; i < given.clients.size(); ++i) {
    RC_ASSERT(answers[i] == joined(given.clients[i]));
  }
}

TEST_CASE("echo gives each client exactly its own bytes, whatever the network does") {
  property("echo gives back what it got", [] {
    const Case given = *any_case();
    const Result result = run_on_sim(given, lesson::echoer);
    check_answers(result.answers, given);
    RC_ASSERT(result.open_sockets == 0u);
  });
}

TEST_CASE("the verbose form echoes as the simple one does") {
  property("verbose echo gives back what it got", [] {
    const Case given = *any_case();
    check_answers(run_on_sim(given, lesson::verbose_echoer).answers, given);
  });
}

TEST_CASE("the same seed gives the same run, also within one process") {
  property("equal fingerprints", [] {
    const Case given = *any_case();
    const Result once = run_on_sim(given, lesson::echoer);
    const Result again = run_on_sim(given, lesson::echoer);
    RC_ASSERT(once.fingerprint == again.fingerprint);
    RC_ASSERT(once.fingerprint.size() == 32u);
  });
}

Task<std::vector<std::string>> echo_on_loopback(const Case& given) {
  Listener listener("127.0.0.1", 0);
  const Address address = listener.address();
  TaskRef serving = spawn(server(std::move(listener), lesson::echoer));
  std::vector<std::string> answers(given.clients.size());
  Group visits;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    visits.spawn([&, i]() -> Task<> { answers[i] = co_await talk(address, given.clients[i]); });
  }
  co_await visits.wait();
  co_await kill(serving);
  co_return answers;
}

TEST_CASE("echo gives each client exactly its own bytes on real sockets") {
  property("echo gives back what it got on real sockets", [] {
    Case given;
    given.clients = *any_clients();
    const std::unique_ptr<Backend> backend = make_backend(kUsualBackend);
    check_answers(run(echo_on_loopback(given), *backend), given);
  });
}

}  // namespace
}  // namespace rill::testing
