// See traffic.h.
#include "tests/record/traffic.h"

namespace rill::testing {
namespace {

struct Site {
  Transcript& transcript;
  Address address;
  int number = 0;

  void note(const std::string& text) { transcript.push_back(text); }
};

/// Sends each line back as "<count>:<line>".
Task<> echo_lines(Connection connection, Site& site) {
  const int number = ++site.number;
  try {
    for (int count = 1;; ++count) {
      const std::string line = co_await connection.readline();
      if (line.empty()) break;
      site.note("server " + std::to_string(number) + " got " + line);
      co_await connection.sendall(std::to_string(count) + ":" + line);
    }
    site.note("server " + std::to_string(number) + " is done with " + to_string(connection.peer()));
  } catch (const NetError& error) {
    site.note("server " + std::to_string(number) + " " + error.what());
  }
}

Task<> serve(Listener& listener, Site& site) {
  Group visitors;
  for (;;) {
    Connection connection = co_await listener.accept();
    visitors.spawn(echo_lines(std::move(connection), site));
  }
}

Task<> read_all(Connection& connection, Site& site, std::string who) {
  for (;;) {
    const std::string data = co_await connection.recv(100);
    if (data.empty()) co_return;
    site.note(who + " read " + data);
  }
}

Task<> talk(const Visit& visit, Site& site, std::string who) {
  Connection connection = co_await connect("127.0.0.1", site.address.port);
  site.note(who + " is " + to_string(connection.local()));
  for (const std::string& line : visit.lines) co_await connection.sendall(line + "\n");
  switch (visit.manner) {
    case Visit::Manner::polite:
      for (std::size_t i = 0; i < visit.lines.size(); ++i) {
        const std::string answer = co_await connection.readline();
        site.note(who + " read " + answer);
      }
      break;
    case Visit::Manner::half_closes:
    case Visit::Manner::is_killed:
      if (visit.manner == Visit::Manner::half_closes) connection.shutdown_write();
      co_await read_all(connection, site, who);
      break;
    case Visit::Manner::leaves:
      break;
    case Visit::Manner::resets:
      connection.reset();
      break;
    case Visit::Manner::times_out: {
      const Outcome outcome = co_await timeout(1_ms, read_all(connection, site, who));
      site.note(who + (outcome == Outcome::finished ? " has read all" : " has lost patience"));
      break;
    }
  }
}

Task<> visit_once(const Visit& visit, Site& site, std::string who) {
  try {
    co_await talk(visit, site, who);
    site.note(who + " leaves");
  } catch (const NetError& error) {
    site.note(who + " " + error.what());
  }
}

}  // namespace

Task<> traffic(std::vector<Visit> visits, Transcript& transcript) {
  Site site{transcript, {}};
  Listener listener("127.0.0.1", 0);
  site.address = listener.address();
  TaskRef server = spawn(serve(listener, site));
  std::vector<TaskRef> clients;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    clients.push_back(spawn(visit_once(visits[i], site, "client " + std::to_string(i))));
  }
  for (std::size_t i = 0; i < visits.size(); ++i) {
    if (visits[i].manner != Visit::Manner::is_killed) continue;
    co_await sleep(1_ms);
    co_await kill(clients[i]);
  }
  for (const TaskRef& client : clients) co_await join(client);
  co_await kill(server);
  site.note("it took " + to_string(now() - Instant{}));
}

}  // namespace rill::testing
