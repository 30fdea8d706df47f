// The story of a simulated run: what its rows say, how it folds, and how bytes are quoted.
#include "lessons/common/story.h"

#include <cerrno>

#include "lessons/common/picture.h"
#include "lessons/common/say.h"
#include "net/net.h"
#include "simnet/network.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using lesson::in_quotes;
using lesson::Picture;
using lesson::Row;
using lesson::Story;

TEST_CASE("in_quotes() shows every byte on one line, and none that a terminal would act upon") {
  CHECK(in_quotes("hello\n") == R"("hello\n")");
  CHECK(in_quotes("\r\t\"\\") == R"("\r\t\"\\")");
  CHECK(in_quotes(std::string("\0\x1b[2J\x7f", 6)) == R"("\0\x1b[2J\x7f")");
  CHECK(in_quotes("grüß") == "\"grüß\"");
  CHECK(in_quotes("\xc3") == R"("\xc3")");                  // half a character
  CHECK(in_quotes("\xc0\xaf") == R"("\xc0\xaf")");          // overlong, RFC 3629
  CHECK(in_quotes("\xed\xa0\x80") == R"("\xed\xa0\x80")");  // a surrogate
  CHECK(in_quotes("\xe2\x80\xae") == R"("\xe2\x80\xae")");  // turns the direction of text
  CHECK(in_quotes("abcdef", 3) == "\"abc\"…");
}

RILL_PROPERTY("in_quotes() never lets a control character through", const std::string& bytes) {
  for (const char c : in_quotes(bytes, 1000)) {
    const auto byte = static_cast<unsigned char>(c);
    RC_ASSERT((byte >= 0x20 && byte != 0x7F));
  }
}

Row row_at(std::int64_t ms) {
  Row row;
  row.leaves = Instant{ms * 1'000'000};
  row.text = "row " + std::to_string(ms);
  return row;
}

TEST_CASE("a long picture keeps its first and its last rows, and says how many it left out") {
  Picture picture(12);
  picture.lane("server");
  for (int i = 0; i < 1000; ++i) picture.add(row_at(i));
  const std::string text = picture.draw(false);
  for (const char* part : {"row 0\n", "row 7\n", "row 999\n", " more; see --full\n"}) {
    CHECK_THAT(text, contains(part));
  }
  CHECK(text.find("row 8\n") == std::string::npos);
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n';
  CHECK(lines <= 1 + 8 + 1 + 4);
}

TEST_CASE("hosts beyond the sixth share a lane, and are named in the text") {
  Picture picture(30);
  for (int i = 0; i < 8; ++i) picture.lane("host" + std::to_string(i));
  CHECK(picture.lane("host2") == 2);
  CHECK(picture.lane("host7") == Picture::kMostLanes - 1);
  CHECK(picture.is_shared(Picture::kMostLanes - 1));
  CHECK_THAT(picture.draw(false), contains("others"));
}

/// The picture of one visit: connect, send `line`, end the side, read the answer.
std::string story_of(const std::string& line, Task<> (*handler)(Connection)) {
  simnet::Network network;
  const HostId home = network.add_host("home");
  const HostId away = network.add_host("away");
  Story story(network);
  RunOptions options;
  options.stop_with_root = true;
  options.trace_sink = &story;
  const auto visit = [&]() -> Task<> {
    Connection connection = co_await connect(network.address(home, 80));
    if (!line.empty()) co_await connection.sendall(line);
    connection.shutdown_write();
    for (;;) {
      const std::string data = co_await connection.recv(4096);
      if (data.empty()) break;
    }
  };
  const auto scenario = [&]() -> Task<> {
    TaskRef serving = spawn_on(home, server("", 80, handler));
    co_await sleep(1_ms);
    TaskRef visiting = spawn_on(away, visit);
    try {
      co_await join(visiting);
    } catch (const NetError&) {
    }
    co_await kill(serving);
  };
  run(scenario(), network, options);
  return story.picture();
}

Task<> answer_in_full(Connection connection) {
  const std::string question = co_await connection.recv(100);
  co_await connection.sendall("yes");
}
Task<> reset_at_once(Connection connection) {
  connection.reset();
  co_return;
}

TEST_CASE("a story shows who connects, what is sent, and when it leaves and arrives") {
  const std::string expected =
      "      leaves   arrives    home    away\n"
      "       0.000               ●       │  listens on port 80\n"
      "       1.000     3.000     │◀─────▶│  connects\n"
      "       3.000     4.000     │◀──────┤  \"yes?\\n\"\n"
      "       3.000     4.000     │◀──────┤  ends its side (FIN)\n"
      "       4.000     5.000     ├──────▶│  \"yes\"\n"
      "       4.000     5.000     ├──────▶│  closes (FIN)\n";
  CHECK(story_of("yes?\n", answer_in_full) == expected);
}

TEST_CASE("a story shows a reset") {
  CHECK_THAT(story_of("", reset_at_once), contains("reset (RST)"));
}

TEST_CASE("a long message is shown by its beginning and its size") {
  const std::string story = story_of(std::string(100'000, 'x'), answer_in_full);
  CHECK_THAT(story, contains("\"xxxxxxxx"));
  CHECK_THAT(story, contains("…"));
}

TEST_CASE("a connection to a port where nobody listens is shown as refused") {
  simnet::Network network;
  const HostId home = network.add_host("home");
  Story story(network);
  RunOptions options;
  options.trace_sink = &story;
  const auto knock = [&]() -> Task<> {
    try {
      Connection connection = co_await connect(network.address(home, 9));
    } catch (const NetError& error) {
      CHECK(error.error() == ECONNREFUSED);
    }
  };
  run(knock(), network, options);
  CHECK_THAT(story.picture(), contains("connects, and is refused"));
}

TEST_CASE("what a program says is part of the fingerprint of its run") {
  const auto fingerprint = [](const std::string& words) {
    simnet::Network network;
    RunReport report;
    RunOptions options;
    options.report = &report;
    const auto talker = [&]() -> Task<> {
      lesson::say(words);
      co_return;
    };
    run(talker(), network, options);
    return report.fingerprint;
  };
  CHECK(fingerprint("yes") == fingerprint("yes"));
  CHECK(fingerprint("yes") != fingerprint("no"));
}

}  // namespace
}  // namespace rill::testing
