// Lesson 8: what must hold of readline(), whatever is sent and however it is cut.
#include <algorithm>

#include "lessons/L08_framing/framing.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "simnet/explore/generators.h"
#include "simnet/network.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;
using Pieces = std::vector<std::string>;
using Line = std::optional<std::string>;

constexpr std::size_t kMostLineBytes = 16;

/// Each piece is sent when the one before it has arrived; then the stream ends.
Task<> send_pieces(Connection& connection, const Pieces& pieces) {
  for (const std::string& piece : pieces) {
    co_await connection.sendall(piece);
    co_await sleep(seconds(1));
  }
  connection.shutdown_write();
  while (!connection.eof()) co_await connection.fill();
}

/// What a reader does with a stream; `buffer` is readline()'s.
using Reader = std::function<Task<>(Connection& connection, std::string& buffer)>;

/// Runs `reader` at the end of a stream on which `pieces` arrive.
Task<> read_stream(Simulation& sim, Pieces pieces, Reader reader) {
  auto& buffer = sim.make<std::string>();
  sim.always("the buffer holds no more than a line and one read",
             [&buffer] { return buffer.size() <= kMostLineBytes + 1 + kReadBytes; });
  const auto read = [&](Connection& connection) { return reader(connection, buffer); };
  const auto send = [&](Connection& connection) { return send_pieces(connection, pieces); };
  co_await converse(sim, {"reader", read}, {"sender", send, /*may_lose_connection=*/true});
}

/// The lines of `bytes`, by the sentence in framing.h.
std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    if (end != bytes.npos && line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
  }
  return lines;
}

/// Text in which line ends are as likely as anything else.
rc::Gen<std::string> any_text(std::size_t most_bytes) {
  return rc::gen::map(rc::gen::container<std::string>(rc::gen::element('a', 'b', '\r', '\n')),
                      [most_bytes](std::string text) {
                        text.resize(std::min(text.size(), most_bytes));
                        return text;
                      });
}

/// Reads to the end, and compares with `wanted` line by line, so that it fails at the first that is
/// wrong.
Reader expecting(Simulation& sim, std::vector<std::string> wanted) {
  return [&sim, wanted = std::move(wanted)](Connection& connection, std::string& buffer) -> Task<> {
    for (std::size_t number = 0;; ++number) {
      const Line line = co_await readline(connection, buffer, kMostLineBytes);
      sim.note(line ? "readline: " + shown(*line) : "readline: the end");
      if (!line) {
        require_equal(sim, "no line is missing", "lines that came", number, "lines that were sent",
                      wanted.size());
        co_return;
      }
      sim.require(number < wanted.size(), "there are no more lines than were sent",
                  "one more:  " + shown(*line));
      require_equal(sim, "each line is what was sent", "readline", *line, "sent", wanted[number]);
    }
  };
}

Task<> round_trip(Simulation& sim) {
  const auto lines =
      sim.draw("lines", rc::gen::container<std::vector<std::string>>(
                            rc::gen::map(rc::gen::inRange(0, 17), [](int size_bytes) {
                              return std::string(static_cast<std::size_t>(size_bytes), 'x');
                            })));
  Pieces pieces;
  for (const std::string& line : lines) pieces.push_back(line + "\n");
  co_await read_stream(sim, pieces, expecting(sim, lines));
}

Task<> chunking_does_not_matter(Simulation& sim) {
  const std::string bytes = sim.draw("bytes", any_text(kMostLineBytes));
  const Pieces pieces = sim.draw("pieces", simnet::any_cuts(bytes));
  co_await read_stream(sim, pieces, expecting(sim, lines_of(bytes)));
}

Task<> long_lines_are_refused(Simulation& sim) {
  const int size_bytes = sim.draw("line", rc::gen::inRange(17, 400));
  const bool has_end = sim.draw("has_end", rc::gen::arbitrary<bool>());
  const std::string bytes =
      std::string(static_cast<std::size_t>(size_bytes), 'x') + (has_end ? "\n" : "");
  const Pieces pieces = sim.draw("pieces", simnet::any_cuts(bytes));
  co_await read_stream(sim, pieces, [&sim](Connection& connection, std::string& buffer) -> Task<> {
    try {
      const Line line = co_await readline(connection, buffer, kMostLineBytes);
      sim.require(false, "a line that is too long throws LineTooLong",
                  "instead it is " + (line ? shown(*line) : "the end"));
    } catch (const LineTooLong&) {
    }
  });
}

Task<> the_end_is_a_line_too(Simulation& sim) {
  const std::string rest = sim.draw("rest", rc::gen::map(rc::gen::inRange(0, 16), [](int size) {
                                      return std::string(static_cast<std::size_t>(size), 'x');
                                    }));
  const Pieces pieces = sim.draw("pieces", simnet::any_cuts("first\n" + rest));
  std::vector<std::string> wanted = {"first"};
  if (!rest.empty()) wanted.push_back(rest);
  co_await read_stream(sim, pieces, expecting(sim, wanted));
}

/// Of exactly the limit, or a little less; its end may come in two pieces, or never.
Task<> the_longest_line_is_allowed(Simulation& sim) {
  const int size_bytes = sim.draw("line", rc::gen::inRange(14, 17));
  const auto end = sim.draw("end", rc::gen::element<std::string>("\r\n", "\n", ""));
  const std::string line(static_cast<std::size_t>(size_bytes), 'x');
  const Pieces pieces = sim.draw("pieces", simnet::any_cuts(line + end));
  co_await read_stream(sim, pieces, expecting(sim, {line}));
}

/// A line of one byte in each of many pieces; and a sender that sends it all at once.
Task<> memory_is_bounded(Simulation& sim) {
  const int lines = sim.draw("lines", rc::gen::inRange(1, 200));
  std::string bytes;
  for (int i = 0; i < lines; ++i) bytes += "x\n";
  co_await read_stream(
      sim, {bytes}, expecting(sim, std::vector<std::string>(static_cast<std::size_t>(lines), "x")));
}

/// The reader as a program: it says each line that it gets.
Task<> say_lines(Connection connection) {
  std::string buffer;
  for (;;) {
    const Line line = co_await readline(connection, buffer, kMostLineBytes);
    if (!line) co_return;
    lesson::say("a line: " + shown(*line));
  }
}

Task<> visit(std::uint16_t port) {
  Connection connection = co_await connect("reader", port);
  const Pieces pieces = {"GET /a\r", "\nHost: b\r\n\r", "\n"};
  co_await send_pieces(connection, pieces);
}

Task<> scenario(lesson::World& world) {
  const HostId reader = world.network().add_host("reader");
  TaskRef program = co_await world.start(reader);
  TaskRef sender = world.spawn_visitor("sender", reader, simnet::Latency::uniform(2_ms, 9_ms),
                                       visit(world.port()));
  co_await join(sender);
  co_await world.stop(program, reader);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L08";
  program.about = "Reads lines from a stream that knows none, and says each.";
  program.port = 4908;
  program.hint = "talk to it with: nc {host} {port}      stop it with: Ctrl-C";
  program.main = [](const lesson::Settings& settings) { return serve(settings, say_lines); };
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions sound = {.faults = FaultClass::none};
  const ExploreOptions plain = {.faults = FaultClass::none, .varies_network = false};
  return {
      "L08",
      "framing",
      {
          {"round_trip", "Lines that are sent one by one are the lines that are read.", round_trip,
           plain},
          {"chunking_does_not_matter",
           "The same bytes must give the same lines, however the network cuts them.",
           chunking_does_not_matter, sound},
          {"long_lines_are_refused",
           "A line longer than the limit is an error, whether its end is there or not.",
           long_lines_are_refused, sound},
          {"the_end_is_a_line_too",
           "What is left at the end of the stream is the last line, and then there is nothing.",
           the_end_is_a_line_too, sound},
          {"memory_is_bounded", "No more than a line and one read are ever kept.",
           memory_is_bounded, sound},
          {"the_longest_line_is_allowed",
           "A line of just the limit is none too many, whichever its end and wherever it is cut.",
           the_longest_line_is_allowed, sound},
      },
      demo()};
}

}  // namespace rill::school
