// See wire.h.
#include "tests/lessons/httpd/wire.h"

#include <csignal>
#include <stdexcept>

#include "lessons/httpd/server.h"
#include "net/http/response_parser.h"
#include "net/net.h"
#include "simnet/network.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

std::int64_t fixed_seconds() { return 1'000'000'000; }

Task<> send_acts(Connection& connection, const Client& client) {
  try {
    for (const Act& act : client.acts) {
      co_await sleep(act.wait);
      co_await connection.sendall(act.bytes);
    }
    if (client.half_closes) connection.shutdown_write();
  } catch (const NetError&) {
    // The server may have closed already; what it said before is what counts.
  }
}

Task<> listen(Connection& connection, const Client& client, Talk& talk) {
  co_await sleep(client.reads_from);
  try {
    for (;;) {
      const std::string piece = co_await connection.recv(client.read_bytes);
      if (piece.empty()) break;
      talk.received += piece;
      if (client.read_pause > Duration()) co_await sleep(client.read_pause);
    }
  } catch (const NetError& error) {
    talk.error = error.error();
  }
}

Task<> play(const Client& client, Talk& talk) {
  if (client.arrives > Duration()) co_await sleep(client.arrives);
  Connection connection = co_await connect("server", 80);
  const Instant begin = now();
  Group group;
  group.spawn(send_acts(connection, client));
  TaskRef listener = group.spawn(listen(connection, client, talk));
  co_await join(listener);
  talk.ended = now() - begin;
}

Task<> stop(simnet::Network& network, HostId server, Duration at) {
  co_await sleep(at);
  network.raise_signal(server, SIGTERM);
}

Task<> run_server(const lesson::Settings& settings, Service& service, Instant& ended) {
  co_await serve(settings, service);
  ended = now();
}

Task<> scenario(simnet::Network& network, Site& site, const std::vector<Client>& clients,
                const Setting& setting, Outcomes& outcomes) {
  const HostId home = network.add_host("server");
  lesson::Settings settings;
  settings.port = 80;
  settings.drain = setting.drain;
  Service service(site, setting.limits, fixed_seconds, setting.metrics);
  service.on_access = setting.on_access;
  Instant server_ended;
  TaskRef server = spawn_on(home, run_server(settings, service, server_ended)).named("server");
  co_await sleep(1_ms);
  std::vector<TaskRef> players;
  HostId host = home;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (!clients[i].shares_host) host = network.add_host("client" + std::to_string(i));
    players.push_back(spawn_on(host, play(clients[i], outcomes.talks[i])));
  }
  Instant stopping = now() + setting.stops_at;
  if (setting.stops_at > Duration()) {
    spawn(stop(network, home, setting.stops_at));
    for (const TaskRef& player : players) co_await join(player);
  } else {
    for (const TaskRef& player : players) co_await join(player);
    stopping = now();
    network.raise_signal(home, SIGTERM);
  }
  co_await join(server);
  outcomes.stopping = server_ended - stopping;
}

}  // namespace

Outcomes run_clients(Site& site, const std::vector<Client>& clients, const Setting& setting) {
  Outcomes outcomes;
  outcomes.talks.resize(clients.size());
  const std::uint64_t blocks_before = frame_pool.blocks_in_use();
  {
    simnet::Network network(setting.network);
    SeededOracle oracle(setting.seed, setting.random_order ? SeededOracle::Order::random
                                                           : SeededOracle::Order::fifo);
    RunReport report;
    RunOptions options;
    options.oracle = &oracle;
    options.report = &report;
    options.most_steps_at_one_instant = 1'000'000;
    run(scenario(network, site, clients, setting, outcomes), network, options);
    outcomes.elapsed = report.elapsed;
    outcomes.fingerprint = report.fingerprint;
    if (network.open_sockets() != 0) throw std::runtime_error("sockets are left open");
  }
  if (frame_pool.blocks_in_use() != blocks_before) throw std::runtime_error("frames are left");
  return outcomes;
}

Talk talk(Site& site, const std::string& bytes, const Setting& setting) {
  Client client;
  client.acts = {{{}, bytes}};
  return run_clients(site, {client}, setting).talks[0];
}

std::vector<Reply> replies(std::string_view received, std::string_view methods) {
  std::vector<Reply> all;
  http::Limits limits;
  limits.body_bytes = UINT64_MAX;
  http::ResponseParser parser(limits);
  while (!received.empty()) {
    const char method = methods[std::min(all.size(), methods.size() - 1)];
    parser.start(method == 'H' ? http::Method::head : http::Method::get);
    Reply reply;
    for (http::Event event = {}; event != http::Event::end;) {
      event = parser.next(received);
      if (event == http::Event::need_input) event = parser.finish();
      if (event == http::Event::error)
        throw std::runtime_error(std::string(to_string(parser.fault())));
      if (event == http::Event::body) reply.body += parser.body();
    }
    const http::Response& response = parser.response();
    reply.status = response.status;
    reply.keep_alive = response.keep_alive;
    for (const http::Field& field : response.fields) {
      std::string name(field.name);
      for (char& c : name) c = http::to_lower(c);
      reply.fields[name] = field.value;
    }
    all.push_back(std::move(reply));
  }
  return all;
}

std::string statuses(std::string_view received, std::string_view methods) {
  std::string text;
  bool keep_alive = true;
  for (const Reply& reply : replies(received, methods)) {
    text += (text.empty() ? "" : " ") + std::to_string(reply.status);
    keep_alive = reply.keep_alive;
  }
  return text + (keep_alive ? "" : " close");
}

std::string get(const std::string& target, const std::string& fields) {
  return "GET " + target + " HTTP/1.1\r\nHost: server\r\n" + fields + "\r\n";
}

}  // namespace rill::httpd
