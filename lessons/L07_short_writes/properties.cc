// Lesson 7: what must hold of send_all(), whatever is sent and however little is taken of it.
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "simnet/network.h"
// Last, for it forbids a word that the others use.
#include "lessons/L07_short_writes/short_writes.h"  // NOLINT

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

/// Bytes of every kind, also those that end a text in C.
std::string any_bytes(int size_bytes) {
  std::string bytes = bytes_of_length(static_cast<std::size_t>(size_bytes));
  for (std::size_t i = 2; i < bytes.size(); i += 7) bytes[i] = '\0';
  return bytes;
}

/// Reads `wanted`, and fails at the first piece that does not belong there.
Task<> expect_bytes(Simulation& sim, Connection& connection, std::string wanted) {
  std::size_t at = 0;
  for (;;) {
    const std::string got = co_await connection.recv(4096);
    if (got.empty()) break;
    const std::string part = at < wanted.size() ? wanted.substr(at, got.size()) : "";
    require_equal(sim, "what arrives is what was sent, in order and once",
                  "arrived at " + std::to_string(at), got, "sent", part);
    at += got.size();
  }
  require_equal(sim, "no byte is missing", "bytes that came", at, "bytes that were sent",
                wanted.size());
}

Task<> transfer(Simulation& sim, std::vector<std::string> messages) {
  std::string all;
  for (const std::string& message : messages) all += message;
  const auto send = [&](Connection& connection) -> Task<> {
    std::size_t at = 0;
    for (const std::string& message : messages) {  // each a part of one text, which goes on
      co_await send_all(connection, std::string_view(all).substr(at, message.size()));
      at += message.size();
      sim.note("send_all() has returned");
    }
    connection.shutdown_write();
    while (!connection.eof()) co_await connection.fill();
  };
  const auto receive = [&](Connection& connection) { return expect_bytes(sim, connection, all); };
  co_await converse(sim, {"receiver", receive}, {"sender", send});
}

Task<> a_short_message_arrives(Simulation& sim) {
  const int size_bytes = sim.draw("bytes", rc::gen::inRange(0, 6));
  co_await transfer(sim, {any_bytes(size_bytes)});
}

Task<> every_byte_arrives(Simulation& sim) {
  const int size_bytes = sim.draw("bytes", rc::gen::inRange(0, 3000));
  co_await transfer(sim, {any_bytes(size_bytes)});
}

Task<> messages_keep_their_order(Simulation& sim) {
  const auto sizes =
      sim.draw("messages", rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 600)));
  std::vector<std::string> messages;
  for (const int size_bytes : sizes) {
    messages.push_back(any_bytes(size_bytes));
  }
  co_await transfer(sim, messages);
}

/// The receiver takes a little and goes away, while more is sent than any buffer holds.
Task<> a_vanished_peer_is_an_error(Simulation& sim) {
  const int taken_bytes = sim.draw("taken", rc::gen::inRange(1, 100));
  const std::string data = bytes_of_length(20'000);
  const auto take_a_little = [&](Connection& connection) -> Task<> {
    const std::string ignored = co_await connection.recv(static_cast<std::size_t>(taken_bytes));
    static_cast<void>(ignored);
    connection.reset();
  };
  const auto send = [&](Connection& connection) -> Task<> {
    bool has_thrown = false;
    try {
      co_await send_all(connection, data);
    } catch (const NetError&) {
      has_thrown = true;
    }
    sim.require(has_thrown, "who cannot send all throws what send() has thrown");
  };
  co_await converse(sim, {"receiver", take_a_little, true}, {"sender", send});
}

/// On a network that takes everything, one call is enough.
Task<> no_more_calls_than_needed(Simulation& sim) {
  auto& is_sending = sim.make<bool>(false);
  auto& steps = sim.make<int>(0);
  sim.always("it takes few calls of send()", [&] { return !is_sending || ++steps <= 8; });
  const std::string data = bytes_of_length(1000);
  const auto send = [&](Connection& connection) -> Task<> {
    is_sending = true;
    const Instant before = now();
    co_await send_all(connection, data);
    is_sending = false;
    require_equal(sim, "it returns as soon as the last byte is taken, here at once", "it took",
                  now() - before, "wanted", Duration());
    connection.shutdown_write();
    while (!connection.eof()) co_await connection.fill();
  };
  const auto receive = [&](Connection& connection) { return expect_bytes(sim, connection, data); };
  co_await converse(sim, {"receiver", receive}, {"sender", send});
}

/// A sender as a program: it sends a long text to whoever connects.
Task<> send_text(Connection connection) {
  const std::string text = bytes_of_length(400);
  co_await send_all(connection, text);
}

Task<> read_text(std::uint16_t port) {
  Connection connection = co_await connect("sender", port);
  std::size_t bytes = 0;
  while (!connection.eof()) {
    const std::string piece = co_await connection.recv(4096);
    bytes += piece.size();
  }
  lesson::say("got " + std::to_string(bytes) + " of 400 bytes");
}

Task<> scenario(lesson::World& world) {
  const HostId sender = world.network().add_host("sender");
  TaskRef program = co_await world.start(sender);
  TaskRef reader = world.spawn_visitor("reader", sender, simnet::Latency::uniform(2_ms, 9_ms),
                                       read_text(world.port()));
  co_await join(reader);
  co_await world.stop(program, sender);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L07";
  program.about = "Sends 400 bytes to whoever connects.";
  program.port = 4907;
  program.cut_percent = 60;
  program.hint = "read them with: nc {host} {port} | wc -c      stop it with: Ctrl-C";
  program.main = [](const lesson::Settings& settings) { return serve(settings, send_text); };
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions plain = {.faults = FaultClass::none, .varies_network = false};
  const ExploreOptions slow = {.faults = FaultClass::time};
  ExploreOptions torn = {.faults = FaultClass::none};
  torn.network.short_write_percent = 50;
  ExploreOptions small = plain;
  small.network.host.send_buffer_bytes = small.network.host.receive_buffer_bytes = 2'000;
  return {
      "L07",
      "short_writes",
      {
          {"a_short_message_arrives", "A message of a few bytes arrives.", a_short_message_arrives,
           plain},
          {"every_byte_arrives",
           "Every byte arrives, in order and once, however little send() takes at a time.",
           every_byte_arrives, torn},
          {"messages_keep_their_order", "What is sent later arrives later, on a bad network too.",
           messages_keep_their_order, slow},
          {"a_vanished_peer_is_an_error",
           "When the peer goes away, the caller gets the error; it is neither lost nor waited out.",
           a_vanished_peer_is_an_error, small},
          {"no_more_calls_than_needed", "Where one call is enough, there are not a thousand.",
           no_more_calls_than_needed, plain},
      },
      demo()};
}

}  // namespace rill::school
