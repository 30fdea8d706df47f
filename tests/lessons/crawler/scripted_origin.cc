// See scripted_origin.h.
#include "tests/lessons/crawler/scripted_origin.h"

#include <algorithm>

#include "net/http/request_parser.h"
#include "net/server.h"
#include "scheduler/run.h"
#include "scheduler/sleep.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

constexpr HostId kSiteHost = 1;
constexpr HostId kClientHost = 2;

simnet::NetworkOptions network_options(bool is_rough) {
  simnet::NetworkOptions options;
  if (is_rough) {
    options.step_cost = microseconds(5);
    options.short_read_percent = 50;
    options.short_write_percent = 50;
    options.short_segment_percent = 50;
  }
  return options;
}

/// Nothing if the client left.
Task<std::string> read_target(Connection& connection, http::RequestParser& parser,
                              std::string& received) {
  for (;;) {
    std::string_view input = connection.unread();
    http::Event event = parser.next(input);
    while (event == http::Event::head || event == http::Event::body) event = parser.next(input);
    const std::size_t taken = connection.unread().size() - input.size();
    received.append(connection.unread(), 0, taken);
    connection.unread().erase(0, taken);
    if (event == http::Event::end) co_return std::string(parser.request().target);
    if (event == http::Event::error) co_return std::string();
    const bool is_open = co_await connection.fill();
    if (!is_open) co_return std::string();
  }
}

Task<> play(ScriptedOrigin& origin, const std::function<Task<>()>& client, Duration& elapsed) {
  TaskRef serving = spawn_on(kSiteHost, origin.serve(80));
  co_await sleep(milliseconds(1));  // it listens now
  const Instant begun = now();
  TaskRef running = spawn_on(kClientHost, client());
  co_await join(running);
  elapsed = now() - begun;
  co_await kill(serving);
}

}  // namespace

Step send(std::string bytes) { return {Step::Kind::send, std::move(bytes)}; }
Step drip(std::string bytes, Duration pause) { return {Step::Kind::drip, std::move(bytes), pause}; }
Step pause(Duration length) { return {Step::Kind::pause, {}, length}; }
Step hang() { return {Step::Kind::hang}; }
Step close() { return {Step::Kind::close}; }
Step reset() { return {Step::Kind::reset}; }

std::string page(std::string_view body, std::string_view fields) {
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string redirect(std::string_view location) {
  return "HTTP/1.1 302 Found\r\nLocation: " + std::string(location) +
         "\r\nContent-Length: 5\r\n\r\nmoved";
}

std::size_t ScriptedOrigin::count(std::string_view target) const {
  return static_cast<std::size_t>(std::count(requests_.begin(), requests_.end(), target));
}

const Script& ScriptedOrigin::script_of(const std::string& target) {
  static const Script not_found = {send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")};
  const auto found = scripts_.find(target);
  if (found == scripts_.end()) return not_found;
  return found->second[std::min(count(target), found->second.size()) - 1];
}

Task<> ScriptedOrigin::serve(std::uint16_t port) {
  co_await server("", port,
                  [this](Connection connection) { return converse(std::move(connection)); });
}

Task<> ScriptedOrigin::serve(Listener listener) {
  co_await server(std::move(listener),
                  [this](Connection connection) { return converse(std::move(connection)); });
}

Task<> ScriptedOrigin::converse(Connection connection) {
  struct InFlight {
    std::size_t& count;
    explicit InFlight(std::size_t& counter) : count(counter) { ++count; }
    ~InFlight() { --count; }
  };
  ++connections_;
  http::RequestParser parser;
  for (;;) {
    const std::string target = co_await read_target(connection, parser, received_);
    if (target.empty()) co_return;
    requests_.push_back(target);
    const InFlight in_flight(in_flight_);
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    const bool goes_on = co_await perform(connection, script_of(target));
    if (!goes_on) co_return;
  }
}

Task<bool> ScriptedOrigin::perform(Connection& connection, const Script& script) {
  for (const Step& step : script) {
    switch (step.kind) {
      case Step::Kind::send:
        co_await connection.sendall(step.bytes);
        break;
      case Step::Kind::drip:
        for (std::size_t i = 0; i < step.bytes.size(); ++i) {
          co_await connection.sendall(std::string_view(step.bytes).substr(i, 1));
          co_await sleep(step.pause);
        }
        break;
      case Step::Kind::pause:
        co_await sleep(step.pause);
        break;
      case Step::Kind::hang:
        co_await connection.fill();
        co_return false;
      case Step::Kind::close:
        co_return false;
      case Step::Kind::reset:
        connection.reset();
        co_return false;
    }
  }
  co_return true;
}

Duration simulate(ScriptedOrigin& origin, const Simulation& simulation,
                  const std::function<Task<>()>& client) {
  const std::uint64_t frames_before = frame_pool.blocks_in_use();
  simnet::Network network(network_options(simulation.is_rough));
  network.add_host(kSite);
  network.add_host("client");
  if (simulation.prepare) simulation.prepare(network);
  SeededOracle oracle(simulation.seed, simulation.is_rough ? SeededOracle::Order::random
                                                           : SeededOracle::Order::fifo);
  Duration elapsed;
  run(play(origin, client, elapsed), network,
      {.oracle = &oracle, .most_steps_at_one_instant = 1'000'000});
  if (network.open_sockets() != 0) throw std::logic_error("a socket was left open");
  if (frame_pool.blocks_in_use() != frames_before) throw std::logic_error("a frame was left");
  return elapsed;
}

}  // namespace rill::testing
