// Lesson 4: what must hold of serve_guest(), wherever it is killed.
#include "lessons/L04_kill/kill.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "simnet/network.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

std::string names_in(const Room& room) {
  std::string names;
  for (const auto& [name, connection] : room) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "nobody is in the room" : "in the room: " + names;
}

/// Accepts guests and serves each in a task of its own, by the order of their coming: "guest1", ...
struct House {
  Room room;
  std::vector<TaskRef> servers;
  Event listens;
  Event has_news;  ///< somebody has come, or a server has ended
};

/// A guest that breaks off is no failure of the house.
Task<> serve_politely(Room& room, std::string name, Connection connection) {
  try {
    co_await serve_guest(room, std::move(name), std::move(connection));
  } catch (const NetError&) {
  }
}

Task<> keep_house(House& house) {
  Listener listener("", kPort);
  house.listens.set();
  for (;;) {
    Connection connection = co_await listener.accept();
    const std::string name = "guest" + std::to_string(house.servers.size() + 1);
    house.servers.push_back(spawn(serve_politely(house.room, name, std::move(connection))));
    house.servers.back().named("serves-" + name);
    house.has_news.set();
  }
}

Task<House*> open_house(Simulation& sim) {
  auto& house = sim.make<House>();
  spawn_on(sim.host("house"), keep_house, std::ref(house)).named("house");
  co_await house.listens.wait();
  co_return &house;
}

/// Says `words` one by one, and wants each back; then ends its side.
Task<> visit(Simulation& sim, int words) {
  Connection connection = co_await connect("house", kPort);
  for (int i = 0; i < words; ++i) {
    const std::string word = "word " + std::to_string(i) + "\n";
    co_await connection.sendall(word);
    const std::string echo = co_await connection.readline();
    require_equal(sim, "what a guest says comes back", "came back", echo, "was said", word);
  }
  connection.shutdown_write();
  while (!connection.eof()) co_await connection.fill();
}

Task<> polite_guests_come_and_go(Simulation& sim) {
  House* const house = co_await open_house(sim);
  const int guests = sim.draw("guests", rc::gen::inRange(1, 4));
  std::vector<TaskRef> visits;
  for (int i = 1; i <= guests; ++i) {
    visits.push_back(spawn_on(sim.host("home" + std::to_string(i)), visit, std::ref(sim), i)
                         .named("guest" + std::to_string(i)));
  }
  for (const TaskRef& one : visits) co_await join(one);
  co_await sleep(seconds(10));
  sim.require(house->room.empty(), "when all have left, nobody is in the room",
              names_in(house->room));
}

Task<> guests_are_in_the_room(Simulation& sim) {
  House* const house = co_await open_house(sim);
  const auto stay = []() -> Task<> {
    Connection connection = co_await connect("house", kPort);
    co_await sleep(seconds(60));
  };
  spawn_on(sim.host("home"), stay).named("guest");
  co_await sleep(seconds(30));
  sim.require(house->room.contains("guest1"), "who is served is in the room",
              names_in(house->room));
}

/// How far the talk was: what is done late is missed only by an early kill.
std::string moment_of(int echoes) {
  return echoes == 0
             ? "killed before his first word had come back"
             : "killed in the middle of the talk (words so far: " + std::to_string(echoes) + ")";
}

/// A guest comes, and his server is killed `after` that; at home he notices.
Task<> kill_after(Simulation& sim, House& house, int number, Duration after) {
  bool has_seen_the_end = false;
  int echoes = 0;
  const auto talk = [&]() -> Task<> {
    try {
      Connection connection = co_await connect("house", kPort);
      for (;;) {
        co_await connection.sendall("hello\n");
        const std::string echo = co_await connection.readline();
        if (echo.empty()) break;
        ++echoes;
      }
    } catch (const NetError&) {
    }
    has_seen_the_end = true;
  };
  const std::string name = "guest" + std::to_string(number);
  const TaskRef guest = spawn_on(sim.host(name + "-home"), talk).named(name);
  while (house.servers.size() < static_cast<std::size_t>(number)) co_await sleep(milliseconds(1));
  co_await sleep(after);
  const TaskRef server = house.servers.back();
  const std::string moment = moment_of(echoes);
  co_await kill(server);
  sim.require(!house.room.contains(name), "when the task of a guest was killed, he is out at once",
              moment + "\n" + names_in(house.room));
  const Outcome outcome = co_await join(server);
  sim.require(outcome == Outcome::killed, "who joins the task hears that it was killed");
  const Outcome noticed =
      co_await timeout(seconds(30), [&]() -> Task<> { co_await join(guest); }());
  sim.require(noticed == Outcome::finished && has_seen_the_end,
              "the guest notices that his connection is closed");
}

Task<> killed_at_every_await(Simulation& sim) {
  House* const house = co_await open_house(sim);
  constexpr int kMoments = 14;  // half a millisecond apart: a round takes two
  // The late ones first: who fails at them has not thought of a kill at all.
  for (int i = 1; i <= kMoments; ++i) {
    co_await kill_after(sim, *house, i, microseconds(500 * (kMoments - i)));
  }
}

Task<> a_broken_connection(Simulation& sim) {
  House* const house = co_await open_house(sim);
  const int words = sim.draw("words before", rc::gen::inRange(0, 3));
  const auto break_off = [&sim, words]() -> Task<> {
    Connection connection = co_await connect("house", kPort);
    for (int i = 0; i < words; ++i) {
      co_await connection.sendall("hello\n");
      const std::string echo = co_await connection.readline();
      require_equal(sim, "what a guest says comes back", "came back", echo, "was said",
                    std::string("hello\n"));
    }
    connection.reset();
  };
  co_await join(spawn_on(sim.host("home"), break_off).named("guest"));
  co_await sleep(seconds(10));
  sim.require(house->room.empty(), "who has broken off is not in the room any more",
              names_in(house->room));
}

/// One is killed while another talks: he notices nothing of it.
Task<> the_others_stay(Simulation& sim) {
  House* const house = co_await open_house(sim);
  const auto stay = []() -> Task<> {
    Connection connection = co_await connect("house", kPort);
    co_await sleep(seconds(60));
  };
  spawn_on(sim.host("home1"), stay).named("victim");
  while (house->servers.empty()) co_await sleep(milliseconds(1));
  const TaskRef talk = spawn_on(sim.host("home2"), visit, std::ref(sim), 20).named("talker");
  while (house->servers.size() < 2) co_await sleep(milliseconds(1));
  co_await sleep(milliseconds(1));  // time to get in
  const int moment = sim.draw("killed after, ms", rc::gen::inRange(0, 20));
  co_await sleep(milliseconds(moment));
  co_await kill(house->servers[0]);
  sim.require(house->room.contains("guest2"), "the others stay in the room", names_in(house->room));
  co_await join(talk);
}

Task<> serve_and_say(Connection connection) {
  static Room room;
  const std::string name = to_string(connection.peer());
  co_await serve_guest(room, name, std::move(connection));
  lesson::say(name + " has left; in the room: " + std::to_string(room.size()));
}

Task<> hello(std::uint16_t port) {
  Connection connection = co_await connect("house", port);
  co_await connection.sendall("hello\n");
  const std::string echo = co_await connection.readline();
  static_cast<void>(echo);
}

Task<> scenario(lesson::World& world) {
  const HostId house = world.network().add_host("house");
  TaskRef program = co_await world.start(house);
  TaskRef guest =
      world.spawn_visitor("ada", house, simnet::Latency::uniform(2_ms, 4_ms), hello(world.port()));
  co_await join(guest);
  co_await sleep(milliseconds(50));
  co_await world.stop(program, house);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L04";
  program.about = "Serves guests, and says who has left.";
  program.port = 4904;
  program.hint = "be a guest with: nc {host} {port}      stop it with: Ctrl-C";
  program.main = [](const lesson::Settings& settings) { return serve(settings, serve_and_say); };
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  ExploreOptions options = {.faults = FaultClass::none};
  options.stop_with_root = true;  // a house has no end
  ExploreOptions timed = options;
  timed.varies_network = false;
  timed.network.link.latency = simnet::Latency::fixed(1_ms);
  return {"L04",
          "kill",
          {
              {"polite_guests_come_and_go", "Who ends his side is out of the room.",
               polite_guests_come_and_go, options},
              {"guests_are_in_the_room", "Who is being served is in the room.",
               guests_are_in_the_room, options},
              {"killed_at_every_await",
               "Wherever the task is killed: its guest is out at once, and his connection closed.",
               killed_at_every_await, timed},
              {"a_broken_connection", "Whose connection breaks is out of the room.",
               a_broken_connection, options},
              {"the_others_stay", "One is killed, and the others notice nothing.", the_others_stay,
               timed},
          },
          demo()};
}

}  // namespace rill::school
