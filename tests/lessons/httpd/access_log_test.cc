// The access log in virtual time: when lines are written, what happens when they cannot be, and
// that none is lost or doubled without being counted.
#include "lessons/httpd/access_log.h"

#include "scheduler/group.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/lessons/httpd/scripted_sink.h"
#include "tests/testing/property.h"

namespace rill::httpd {
namespace {

/// A log and all that it is about.
struct Fixture {
  ScriptedSink sink;
  Metrics metrics;
  std::vector<std::string> warnings;
  LogTroubles troubles{[this](const std::string& sentence) { warnings.push_back(sentence); }};
  AccessLog log{sink, AccessFormat::common, metrics, troubles};
  std::size_t added = 0;

  /// Lines for /0, /1, ...
  void add(std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string target = "/" + std::to_string(added++);
      Access access;
      access.client = Address::loopback_ipv4();
      access.method = "GET";
      access.target = target;
      access.status = 200;
      log.add(access);
    }
  }
  const std::string& file() const { return sink.files.back(); }
  std::string warning(std::size_t i) const { return i < warnings.size() ? warnings[i] : "(none)"; }
};

/// Runs `script` beside the log's writer.
template <class F>
void play(Fixture& fixture, F script) {
  simnet::Network network;
  run(
      [](Fixture& f, F& body) -> Task<> {
        Group tasks;
        tasks.spawn(f.log.write_lines());
        co_await body();
      }(fixture, script),
      network);
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// The targets' numbers of the whole lines in `file`; what is behind the last one goes to `torn`.
std::vector<std::size_t> numbers_in(const std::string& file, std::string& torn) {
  std::vector<std::size_t> numbers;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = file.find('\n', begin)) != file.npos; begin = end + 1) {
    const std::string line = file.substr(begin, end - begin);
    const std::string head = "127.0.0.1 - - [01/Jan/1970:00:00:00 +0000] \"GET /";
    const std::string tail = " HTTP/1.1\" 200 -";
    if (!line.starts_with(head) || !line.ends_with(tail)) throw std::runtime_error("torn: " + line);
    numbers.push_back(std::stoul(line.substr(head.size())));
  }
  torn = file.substr(begin);
  return numbers;
}

TEST_CASE("a line is written at once, those behind it a tenth of a second later, together",
          "[httpd][log]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    f.add();
    co_await sleep(1_ms);
    CHECK(lines_in(f.file()) == 1);
    f.add(20);
    co_await sleep(50_ms);
    f.add(20);
    co_await sleep(48_ms);
    CHECK(lines_in(f.file()) == 1);
    co_await sleep(2_ms);
    CHECK(lines_in(f.file()) == 41);
    CHECK(f.sink.writes == 2);
  });
  CHECK(f.metrics.log_lines.value() == 41);
  CHECK(f.warnings.empty());
}

TEST_CASE("a busy log writes as soon as there is much to write", "[httpd][log]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    f.add();
    co_await sleep(1_ms);
    f.add(1000);  // 60 KB
    co_await null();
    co_await sleep(1_ms);
    CHECK(lines_in(f.file()) == 1001);
  });
}

TEST_CASE("no write is larger than a pipe takes whole, or ends within a line", "[httpd][log]") {
  Fixture f;
  f.sink.write_takes = 1_ms;
  play(f, [&]() -> Task<> {
    f.add(2000);
    std::size_t before = 0;
    while (lines_in(f.file()) < 2000) {
      co_await sleep(1_ms);
      CHECK(f.file().size() - before <= AccessLog::kWholeBytes);
      before = f.file().size();
      CHECK((before == 0 || f.file().back() == '\n'));
    }
  });
}

TEST_CASE("a full disk is told once, and once when there is room again", "[httpd][log]") {
  Fixture f;
  f.sink.room_bytes = 100;  // one line and a half
  play(f, [&]() -> Task<> {
    f.add(3);
    co_await sleep(1_ms);
    CHECK(f.file().size() == 100);
    CHECK(f.warning(0) ==
          "access log: No space left on device; lines are lost until there is room");
    f.add(20'000);  // more than a megabyte
    co_await sleep(20_s);
    CHECK(f.warnings.size() == 1);
    CHECK(f.sink.writes < 30);  // it is not tried all the time
    f.sink.room_bytes = SIZE_MAX;
    co_await sleep(AccessLog::kRetry);
    std::string torn;
    const std::vector<std::size_t> numbers = numbers_in(f.file(), torn);
    CHECK(torn.empty());
    const std::uint64_t lost = f.metrics.log_lines_lost.value();
    CHECK(numbers.size() + lost == 20'003);
    CHECK(lost > 0);
    CHECK(f.file().size() > AccessLog::kMostBytes);  // all that there was memory for
    CHECK(f.warning(1) == "access log: works again; " + std::to_string(lost) + " lines were lost");
    f.add();
    co_await sleep(1_s);
    CHECK(f.warnings.size() == 2);
    CHECK(numbers_in(f.file(), torn).back() == 20'003);
  });
}

TEST_CASE("a pipe that nobody reads stalls the writer of the log, and nobody else",
          "[httpd][log]") {
  Fixture f;
  f.sink.is_stalled = true;
  play(f, [&]() -> Task<> {
    f.add();
    co_await sleep(5_s);
    CHECK(f.warnings.empty());  // nothing is lost yet
    const Instant before = now();
    f.add(50'000);
    CHECK(now() == before);
    CHECK(f.warnings.size() == 1);
    CHECK_THAT(f.warning(0), testing::contains("does not take lines as fast as they come"));
    const std::uint64_t lost = f.metrics.log_lines_lost.value();
    CHECK(lost > 30'000);
    f.sink.go_on();
    co_await sleep(1_s);
    CHECK(lines_in(f.file()) == 50'001 - lost);
    CHECK(f.warning(1) == "access log: works again; " + std::to_string(lost) + " lines were lost");
  });
}

TEST_CASE("other errors are told by their name", "[httpd][log]") {
  Fixture f;
  f.sink.error = EPIPE;
  play(f, [&]() -> Task<> {
    f.add();
    co_await sleep(3_s);
    CHECK(f.warning(0) == "access log: Broken pipe; lines are lost until it works again");
    f.sink.error = 0;
    co_await sleep(2_s);
    CHECK(f.warning(1) == "access log: works again; 0 lines were lost");
    CHECK(lines_in(f.file()) == 1);
  });
}

TEST_CASE("reopened, it goes on in the new file and leaves all before in the old one",
          "[httpd][log]") {
  Fixture f;
  f.sink.most_bytes = 50;  // a write ends within a line
  play(f, [&]() -> Task<> {
    f.add(10);
    co_await sleep(1_ms);
    f.add(10);
    f.log.reopen();
    co_await sleep(1_ms);
    f.add(10);
    co_await sleep(1_s);
  });
  REQUIRE(f.sink.files.size() == 2);
  std::string torn;
  CHECK(numbers_in(f.sink.files[0], torn).size() == 20);
  CHECK(torn.empty());
  CHECK(numbers_in(f.sink.files[1], torn).front() == 20);
  CHECK(numbers_in(f.sink.files[1], torn).size() == 10);
}

TEST_CASE("a line of which a full disk took a part is whole in the new file", "[httpd][log]") {
  Fixture f;
  f.sink.room_bytes = 150;
  play(f, [&]() -> Task<> {
    f.add(4);
    co_await sleep(300_ms);
    f.sink.room_of_next_bytes = SIZE_MAX;
    f.log.reopen();
    co_await sleep(1_ms);
  });
  REQUIRE(f.sink.files.size() == 2);
  std::string torn;
  const std::size_t in_old = numbers_in(f.sink.files[0], torn).size();
  CHECK_FALSE(torn.empty());
  CHECK(in_old == 2);
  CHECK(numbers_in(f.sink.files[1], torn) == std::vector<std::size_t>{2, 3});
  CHECK(torn.empty());
}

TEST_CASE("when it cannot be reopened it goes on with the old file", "[httpd][log]") {
  Fixture f;
  f.sink.reopen_error = EACCES;
  play(f, [&]() -> Task<> {
    f.add();
    f.log.reopen();
    co_await sleep(1_ms);
    f.add();
    co_await sleep(1_s);
  });
  CHECK(lines_in(f.file()) == 2);
  CHECK(f.warning(0) ==
        "access log: cannot open a scripted sink again: Permission denied; goes on with the old "
        "one");
}

TEST_CASE("closing writes what is there, and does not wait for a sink that takes nothing",
          "[httpd][log]") {
  {
    Fixture f;
    play(f, [&]() -> Task<> {
      f.add();
      co_await sleep(1_ms);
      f.add(500);
      co_await f.log.close();
      CHECK(now().ns == Duration(1_ms).ns);
    });
    CHECK(lines_in(f.file()) == 501);
    CHECK(f.warnings.empty());
  }
  {
    Fixture f;
    f.sink.error = ENOSPC;
    play(f, [&]() -> Task<> {
      f.add(3);
      co_await sleep(1_ms);
      const Instant before = now();
      co_await f.log.close();
      CHECK(now() == before);
    });
    CHECK(f.warning(1) == "access log: 3 lines were lost");
    CHECK(f.metrics.log_lines_lost.value() == 3);
  }
  {
    Fixture f;
    f.sink.is_stalled = true;
    play(f, [&]() -> Task<> {
      f.add(3);
      co_await f.log.close();
      CHECK(now().ns == AccessLog::kClosing.ns);
    });
    CHECK(f.warning(0) == "access log: 3 lines were lost");
    CHECK(f.metrics.log_lines_lost.value() == 3);
  }
}

/// One thing that happens to a log.
struct Turn {
  enum class Kind : std::uint8_t {
    add,
    flood,
    wait,
    room,
    no_room,
    short_writes,
    reopen,
    stall,
    go_on
  };
  Kind kind;
  std::uint32_t amount;
};

std::ostream& operator<<(std::ostream& out, const Turn& turn) {
  constexpr const char* kNames[] = {"add",          "flood",  "wait",  "room", "no room",
                                    "short writes", "reopen", "stall", "go on"};
  return out << kNames[static_cast<std::size_t>(turn.kind)] << " " << turn.amount;
}

Task<> carry_out(Fixture& f, const Turn& turn) {
  switch (turn.kind) {
    case Turn::Kind::add:
      f.add(turn.amount % 50);
      break;
    case Turn::Kind::flood:
      f.add(turn.amount * 30);
      break;
    case Turn::Kind::wait:
      co_await sleep(milliseconds(turn.amount));
      break;
    case Turn::Kind::room:
      (turn.amount % 2 == 0 ? f.sink.room_bytes : f.sink.room_of_next_bytes) = SIZE_MAX;
      break;
    case Turn::Kind::no_room:
      f.sink.room_bytes = f.sink.room_of_next_bytes = turn.amount;
      break;
    case Turn::Kind::short_writes:
      f.sink.most_bytes = turn.amount + 1;
      break;
    case Turn::Kind::reopen:
      f.log.reopen();
      break;
    case Turn::Kind::stall:
      f.sink.is_stalled = true;
      break;
    case Turn::Kind::go_on:
      f.sink.go_on();
      break;
  }
}

RILL_PROPERTY("each line is in one file, once, whole and in order, or counted as lost", ) {
  const auto kinds =
      rc::gen::cast<Turn::Kind>(rc::gen::weightedOneOf<int>({{4, rc::gen::just(0)},
                                                             {1, rc::gen::just(1)},
                                                             {4, rc::gen::just(2)},
                                                             {3, rc::gen::inRange(3, 9)}}));
  const auto turns = *rc::gen::container<std::vector<Turn>>(
      rc::gen::build<Turn>(rc::gen::set(&Turn::kind, kinds),
                           rc::gen::set(&Turn::amount, rc::gen::inRange<std::uint32_t>(0, 1500))));
  RC_LOG() << rc::toString(turns) << "\n";
  Fixture f;
  play(f, [&]() -> Task<> {
    for (const Turn& turn : turns) co_await carry_out(f, turn);
    f.sink.room_bytes = f.sink.most_bytes = f.sink.room_of_next_bytes = SIZE_MAX;
    f.sink.go_on();
    co_await sleep(AccessLog::kRetry + 1_s);
    co_await f.log.close();
  });
  std::vector<std::size_t> all;
  std::string torn;
  for (const std::string& file : f.sink.files) {
    if (file.empty()) continue;
    const bool has_rest = file.starts_with(torn);  // of what the file before has the beginning of
    RC_ASSERT(has_rest);
    const std::vector<std::size_t> numbers = numbers_in(file, torn);
    all.insert(all.end(), numbers.begin(), numbers.end());
  }
  RC_ASSERT(torn.empty());
  RC_ASSERT(std::ranges::is_sorted(all));
  RC_ASSERT(std::ranges::adjacent_find(all) == all.end());
  RC_ASSERT(all.size() == f.metrics.log_lines.value());
  RC_ASSERT(all.size() + f.metrics.log_lines_lost.value() == f.added);
  for (std::size_t i = 0; i < f.warnings.size(); ++i) {
    RC_ASSERT((f.warnings[i].find("works again; ") != std::string::npos) == (i % 2 == 1));
  }
  RC_ASSERT(f.warnings.size() % 2 == 0);
}

}  // namespace
}  // namespace rill::httpd
