// What is left of a recording when its process dies, or the disk is full: a prefix that replays.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/record/recorded.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

/// Sends itself numbered messages, `most` of them; `after` is called behind each.
Task<> chatter(int most, std::string& read, void (*after)(int)) {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  for (int i = 1; i <= most; ++i) {
    co_await client.sendall(std::to_string(i) + "\n");
    read = co_await server.readline();
    after(i);
  }
}

void nothing(int) {}

/// Runs `body` in a process of its own; whether that lived to its end. (A sanitizer takes some
/// signals itself, and exits with a code of its own.)
template <class F>
bool survives(F body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

template <int kSignal>
void die_at_777(int number) {
  if (number == 777) std::raise(kSignal);
}

template <int kSignal>
void check_prefix() {
  const ScratchFile file("killed.rec");
  std::string read;
  const bool survived = survives([&] {
    const rlimit no_core{};
    setrlimit(RLIMIT_CORE, &no_core);
    std::signal(kSignal, SIG_DFL);  // whatever the test library has put there
    record_run(file.path(), [&] { return chatter(2000, read, die_at_777<kSignal>); });
  });
  CHECK(!survived);
  const Ended ended = replay_run(file.path(), [&] { return chatter(2000, read, nothing); });
  CHECK(read == "777\n");  // to the last answer before the end
  CHECK_THAT(ended.error, contains("ends here"));
  CHECK_THAT(ended.error, contains("program goes on with: send of 4 bytes \"778\\n\""));
}

TEST_CASE("after kill -9 the recording replays up to the last call") { check_prefix<SIGKILL>(); }
TEST_CASE("after an abort the recording replays up to the last call") { check_prefix<SIGABRT>(); }
TEST_CASE("after a crash the recording replays up to the last call") { check_prefix<SIGSEGV>(); }

TEST_CASE("at the limit of the file's size recording stops, and the program goes on") {
  const ScratchFile file("limited.rec");
  const ScratchFile complaint("limited.err");
  std::string read;
  const bool survived = survives([&] {
    const rlimit limit{600'000, 600'000};  // two chunks
    setrlimit(RLIMIT_FSIZE, &limit);
    if (std::freopen(complaint.path().c_str(), "w", stderr) == nullptr) _exit(1);
    const Ended ended = record_run(file.path(), [&] { return chatter(30'000, read, nothing); });
    std::fprintf(stderr, "then: %s%s", read.c_str(), ended.error.c_str());
    std::fflush(stderr);
  });
  CHECK(survived);
  const std::string said = complaint.read();
  CHECK_THAT(said,
             contains("rill: recording to '" + file.path() + "' has stopped: File too large"));
  CHECK_THAT(said, contains("\nthen: 30000\n"));
  CHECK(std::count(said.begin(), said.end(), '\n') == 2);

  const Ended ended = replay_run(file.path(), [&] { return chatter(30'000, read, nothing); });
  CHECK_THAT(ended.error, contains("ends here"));
  CHECK(std::stoi(read) > 1000);
}

TEST_CASE("a file that cannot be recorded to is one sentence") {
  EpollBackend real;
  const auto record_to = [&](const std::string& path) {
    const record::RecordingBackend recorder(real, path, {.program = "test"});
  };
  CHECK_THROWS_WITH(record_to("/dev/full"),
                    "cannot record to '/dev/full': No space left on device");
  CHECK_THROWS_WITH(record_to("/no/such/folder/x"),
                    "cannot record to '/no/such/folder/x': No such file or directory");
}

TEST_CASE("what is no recording is refused in one sentence") {
  const auto open = [](const std::string& bytes) { const record::Recording r(bytes, "x.rec"); };
  CHECK_THROWS_WITH(open(""), "'x.rec' is no recording of Rill");
  CHECK_THROWS_WITH(open("GET / HTTP/1.1\r\n"), "'x.rec' is no recording of Rill");
  CHECK_THROWS_WITH(open("RILLREC\x09"), contains("'x.rec' is a recording of version 9"));
  CHECK_THROWS_WITH(open("RILLREC\x01"),
                    contains("the beginning of the recording 'x.rec' is damaged"));
  CHECK_THROWS_WITH(record::Recording("/no/such/file"), contains("cannot read the recording"));
  CHECK_THROWS_WITH(record::Recording("/"), contains("Is a directory"));
}

RILL_PROPERTY("a recording with any one byte changed never replays as if it were whole",
              std::uint16_t where, std::uint8_t bits) {
  RC_PRE(bits != 0);
  static const std::string whole = [] {
    const ScratchFile file("damaged.rec");
    std::string read;
    record_run(file.path(), [&] { return chatter(5, read, nothing); });
    return file.read();
  }();
  std::string damaged = whole;
  damaged[where % damaged.size()] ^= static_cast<char>(bits);
  std::string read;
  try {
    const record::Recording recording(damaged, "damaged.rec");
    record::ReplayBackend backend(recording);
    const Ended ended = run_to_end(chatter(5, read, nothing), backend);
    const bool is_noticed = !ended.error.empty();
    const bool is_padding = ended.fingerprint == backend.recorded_fingerprint();
    RC_ASSERT(is_noticed || is_padding);
  } catch (const UsageError&) {  // the header
  }
}

}  // namespace
}  // namespace rill::testing
