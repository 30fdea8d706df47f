// Lesson 9: what must hold of a chat, whoever speaks and whoever does not read.
#include "lessons/L09_backpressure/backpressure.h"
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

struct Chat {
  Room room;
  Group members;  ///< of the server; after the room, which they refer to
  Event listens;
};

/// A member whose connection breaks is no failure of the chat.
Task<> serve_politely(Room& room, Connection connection) {
  try {
    co_await serve_member(room, std::move(connection));
  } catch (const NetError&) {
  }
}

Task<> run_chat(Chat& chat) {
  Listener listener("", kPort);
  chat.listens.set();
  for (;;) {
    Connection connection = co_await listener.accept();
    chat.members.spawn(serve_politely, std::ref(chat.room), std::move(connection));
  }
}

Task<Chat*> open_chat(Simulation& sim) {
  auto& chat = sim.make<Chat>();
  sim.always("never do more than kMostWaiting lines wait for a member",
             [&sim, &chat, longest = std::size_t{0}]() mutable {
               if (chat.room.longest > longest) {
                 longest = chat.room.longest;
                 if (longest >= kMostWaiting) {
                   sim.note("for one member wait " + std::to_string(longest) + " lines");
                 }
               }
               return longest <= kMostWaiting;
             });
  spawn_on(sim.host("chat"), run_chat, std::ref(chat)).named("chat");
  co_await chat.listens.wait();
  co_return &chat;
}

/// Everybody is in before the first word is said.
Task<> until_there_are(Chat& chat, std::size_t members) {
  while (chat.room.members.size() < members) co_await sleep(milliseconds(1));
}

std::string line_number(int i) { return "line " + std::to_string(i) + "\n"; }

Task<> say_lines(Connection& connection, int lines, Duration pause) {
  for (int i = 0; i < lines; ++i) {
    co_await connection.sendall(line_number(i));
    co_await sleep(pause);
  }
}

/// Reads `lines` lines, in order, pausing after each. `longest` is the longest time without one.
Task<> listen(Simulation& sim, Connection& connection, int lines, Duration pause,
              Duration& longest) {
  for (int i = 0; i < lines; ++i) {
    const Instant since = now();
    const std::string line = co_await connection.readline();
    longest = std::max(longest, now() - since);
    require_equal(sim, "who reads gets every line, in order", "got", line, "was said",
                  line_number(i));
    co_await sleep(pause);
  }
}

/// Someone who speaks, and some who listen with those pauses.
Task<> talk_with_listeners(Simulation& sim, int lines, Duration pause,
                           std::vector<Duration> listener_pauses) {
  Chat* const chat = co_await open_chat(sim);
  auto& longest = sim.make<Duration>();
  std::vector<TaskRef> listeners;
  for (std::size_t i = 0; i < listener_pauses.size(); ++i) {
    const std::string name = "listener" + std::to_string(i + 1);
    const auto body = [&sim, &longest, lines, own = listener_pauses[i]]() -> Task<> {
      Connection connection = co_await connect("chat", kPort);
      co_await listen(sim, connection, lines, own, longest);
    };
    listeners.push_back(spawn_on(sim.host(name), body).named(name));
  }
  co_await until_there_are(*chat, listener_pauses.size());
  const auto speak = [lines, pause]() -> Task<> {
    Connection connection = co_await connect("chat", kPort);
    co_await say_lines(connection, lines, pause);
    co_await sleep(seconds(60));
  };
  spawn_on(sim.host("speaker"), speak).named("speaker");
  for (const TaskRef& listener : listeners) co_await join(listener);
}

Task<> everybody_hears_it(Simulation& sim) {
  const int lines = sim.draw("lines", rc::gen::inRange(1, 6));
  co_await talk_with_listeners(sim, lines, milliseconds(10), {Duration(), Duration()});
}

/// Joins, and does not read; notices when it is thrown out.
Task<> never_read(bool& is_out) {
  Connection connection = co_await connect("chat", kPort);
  co_await sleep(seconds(600));
  try {
    for (;;) {
      const std::string got = co_await connection.recv(4096);
      if (got.empty()) break;
    }
  } catch (const NetError&) {
    is_out = true;
  }
}

/// Long lines, so that the kernel's buffers are full soon, and then the mailbox.
Task<> flood(Chat& chat, int lines) {
  Connection connection = co_await connect("chat", kPort);
  co_await until_there_are(chat, 3);
  for (int i = 0; i < lines; ++i) {
    const std::string line = std::to_string(i) + " " + std::string(400, 'x') + "\n";
    co_await connection.sendall(line);
    co_await sleep(milliseconds(50));
  }
  co_await sleep(seconds(600));
}

/// Reads all lines of a flood, and wants each soon.
Task<> follow(Simulation& sim, int lines) {
  Connection connection = co_await connect("chat", kPort);
  Instant since = now();
  for (int i = 0; i < lines; ++i) {
    const std::string line = co_await connection.readline();
    sim.require(line.starts_with(std::to_string(i) + " "), "who reads gets every line, in order",
                "wanted line " + std::to_string(i) + ", got " + shown(line.substr(0, 12)));
    const Duration taken = now() - since;
    sim.require(
        i == 0 || taken <= milliseconds(500), "nobody waits for another who does not read",
        "line " + std::to_string(i) + " came " + to_string(taken) + " after the one before");
    since = now();
  }
}

std::size_t longest_mailbox(const Room& room) {
  std::size_t longest = 0;
  for (const Member& member : room.members) longest = std::max(longest, member.mail.size());
  return longest;
}

/// Says long lines until as many wait for one member as may wait. Returns how many it said.
Task<int> fill_a_mailbox(Chat& chat, Connection& connection) {
  int lines = 0;
  while (longest_mailbox(chat.room) < kMostWaiting && chat.room.members.size() == 2) {
    co_await connection.sendall(std::to_string(lines++) + " " + std::string(400, 'x') + "\n");
    co_await sleep(milliseconds(50));
  }
  co_return lines;
}

/// A member reads nothing until just as many lines wait for it as may; then it reads them all.
Task<> a_burst_is_kept(Simulation& sim) {
  Chat* const chat = co_await open_chat(sim);
  const int pause_ms = sim.draw("then reads after, ms", rc::gen::inRange(0, 100));
  auto& is_full = sim.make<Event>();
  auto& lines = sim.make<int>(0);
  const auto read_late = [&sim, &is_full, &lines, pause_ms]() -> Task<> {
    Connection connection = co_await connect("chat", kPort);
    co_await is_full.wait();
    co_await sleep(milliseconds(pause_ms));
    for (int i = 0; i < lines; ++i) {
      std::string line;
      try {
        line = co_await connection.readline();
      } catch (const NetError&) {
      }
      sim.require(line.starts_with(std::to_string(i) + " "),
                  "for whom no more than kMostWaiting lines wait stays, and gets them all",
                  "wanted line " + std::to_string(i) + " of " + std::to_string(lines) + ", got " +
                      (line.empty() ? "the end" : shown(line.substr(0, 12))));
    }
  };
  const auto speak = [chat, &is_full, &lines]() -> Task<> {
    Connection connection = co_await connect("chat", kPort);
    co_await until_there_are(*chat, 2);
    lines = co_await fill_a_mailbox(*chat, connection);
    is_full.set();
    co_await sleep(seconds(60));
  };
  const TaskRef listener = spawn_on(sim.host("listener"), read_late).named("listener");
  spawn_on(sim.host("speaker"), speak).named("speaker");
  co_await join(listener);
}

Task<> who_does_not_read_is_thrown_out(Simulation& sim) {
  Chat* const chat = co_await open_chat(sim);
  constexpr int kLines = 60;
  auto& is_out = sim.make<bool>(false);
  const TaskRef silent = spawn_on(sim.host("silent"), never_read, std::ref(is_out)).named("silent");
  const TaskRef reader =
      spawn_on(sim.host("reader"), follow, std::ref(sim), kLines).named("reader");
  spawn_on(sim.host("speaker"), flood, std::ref(*chat), kLines).named("speaker");
  co_await join(reader);
  sim.require(chat->room.members.size() == 2, "who does not read is thrown out, and nobody else",
              std::to_string(chat->room.members.size()) +
                  " members are in the room; the reader and the speaker should be");
  co_await join(silent);
  sim.require(is_out, "who is thrown out notices: its connection is reset");
}

Task<> nobody_hears_himself(Simulation& sim) {
  Chat* const chat = co_await open_chat(sim);
  const auto talk = [&sim, chat]() -> Task<> {
    Connection connection = co_await connect("chat", kPort);
    co_await until_there_are(*chat, 1);
    co_await connection.sendall("is anybody there?\n");
    const auto answer = co_await timeout(seconds(5), [&]() -> Task<std::string> {
      const std::string got = co_await connection.readline();
      co_return got;
    }());
    sim.require(!answer, "who speaks does not hear himself",
                "he heard " + shown(answer.value_or("")));
  };
  co_await join(spawn_on(sim.host("speaker"), talk).named("speaker"));
}

Task<> serve_chat(Connection connection) {
  static Room room;
  const std::string name = to_string(connection.peer());
  lesson::say(name + " joins");
  co_await serve_politely(room, std::move(connection));
  lesson::say(name + " leaves; longest mailbox so far: " + std::to_string(room.longest));
}

Task<> chatter(std::uint16_t port, std::string line, Duration stays) {
  Connection connection = co_await connect("chat", port);
  co_await sleep(milliseconds(20));
  co_await connection.sendall(line);
  co_await sleep(stays);
}

Task<> scenario(lesson::World& world) {
  const HostId chat = world.network().add_host("chat");
  TaskRef program = co_await world.start(chat);
  const auto latency = simnet::Latency::uniform(2_ms, 9_ms);
  std::vector<TaskRef> all;
  for (const std::string name : {"ada", "ben"}) {
    all.push_back(world.spawn_visitor(
        name, chat, latency, chatter(world.port(), "hello, this is " + name + "\n", seconds(1))));
  }
  for (const TaskRef& one : all) co_await join(one);
  co_await world.stop(program, chat);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L09";
  program.about = "A chat: what one says, all others hear.";
  program.port = 4909;
  program.hint = "join it with two of: nc {host} {port}      stop it with: Ctrl-C";
  program.main = [](const lesson::Settings& settings) { return serve(settings, serve_chat); };
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  ExploreOptions options = {.faults = FaultClass::none};
  options.stop_with_root = true;  // a chat has no end
  ExploreOptions small = options;
  small.varies_network = false;
  small.network.host.send_buffer_bytes = small.network.host.receive_buffer_bytes = 4'000;
  return {"L09",
          "backpressure",
          {
              {"everybody_hears_it", "What one says, all others hear, in order.",
               everybody_hears_it, options},
              {"a_burst_is_kept", "As many lines as may wait are kept for who reads slowly.",
               a_burst_is_kept, small},
              {"who_does_not_read_is_thrown_out",
               "Who does not read costs a few lines of memory, then its place, and nobody else.",
               who_does_not_read_is_thrown_out, small},
              {"nobody_hears_himself", "A line goes to the others.", nobody_hears_himself, options},
          },
          demo()};
}

}  // namespace rill::school
