// Who visits the echo server in the simulation, from where, and how they behave.
//
// alice is near; after her last line she ends her side at once, and reads what is still to come.
// bob is far away and waits for each answer. carol does not wait for hers: she leaves early.
// How long each message takes, where the network cuts it, and who is served first is the seed's.
#include <string>
#include <vector>

#include "lessons/common/say.h"
#include "lessons/echo/echo.h"
#include "simnet/network.h"

namespace rill::lesson {
namespace {

using simnet::Latency;

struct Visitor {
  enum class Manner : std::uint8_t {
    waits,        ///< for each answer, also the last, before he ends his side
    half_closes,  ///< ends her side right after the last line, and reads what is still to come
    leaves        ///< without waiting for an answer
  };

  std::string name;
  Latency latency;  ///< each way
  Duration arrives;
  Manner manner;
  std::vector<std::string> lines;
};

std::vector<Visitor> visitors() {
  using Manner = Visitor::Manner;
  return {
      {"alice",
       Latency::uniform(2_ms, 4_ms),
       0_ms,
       Manner::half_closes,
       {"hello\n", "anybody there?\n"}},
      {"bob", Latency::uniform(5_ms, 8_ms), 0_ms, Manner::waits, {"far away\n", "but patient\n"}},
      {"carol", Latency::uniform(3_ms, 5_ms), 2_ms, Manner::leaves, {"no time!\n"}},
  };
}

struct Tally {
  std::size_t sent = 0;
  std::size_t echoed = 0;
};

/// The next line from the server, which must be `line`.
Task<> expect(Connection& connection, const std::string& name, const std::string& line,
              Tally& tally) {
  const std::string answer = co_await connection.readline();
  if (answer != line) {
    throw Failure(name + " sent " + in_quotes(line) + " and got back " + in_quotes(answer));
  }
  ++tally.echoed;
}

Task<> visit(const Visitor& visitor, std::uint16_t port, Tally& tally) {
  co_await sleep(visitor.arrives);
  Connection connection = co_await connect("server", port);
  for (const std::string& line : visitor.lines) {
    co_await connection.sendall(line);
    ++tally.sent;
    if (visitor.manner == Visitor::Manner::leaves) co_return;  // and the connection closes
    if (visitor.manner == Visitor::Manner::half_closes && &line == &visitor.lines.back()) {
      connection.shutdown_write();
    }
    co_await expect(connection, visitor.name, line, tally);
  }
  if (visitor.manner == Visitor::Manner::waits) connection.shutdown_write();
  const std::string rest = co_await connection.recv(1);
  if (!rest.empty()) throw Failure(visitor.name + " got more than was sent: " + in_quotes(rest));
}

}  // namespace

Task<> echo_scenario(World& world) {
  const HostId server = world.network().add_host("server");
  TaskRef program = co_await world.start(server);

  const std::vector<Visitor> all = visitors();
  Tally tally;
  std::vector<TaskRef> visits;
  for (const Visitor& visitor : all) {
    visits.push_back(world.spawn_visitor(visitor.name, server, visitor.latency,
                                         visit(visitor, world.port(), tally)));
  }
  for (const TaskRef& visit : visits) co_await join(visit);

  report(std::to_string(all.size()) + " clients sent " + std::to_string(tally.sent) +
         " lines, and got back " + std::to_string(tally.echoed) +
         " as they went; carol did not wait");
  co_await world.stop(program, server);
}

}  // namespace rill::lesson
