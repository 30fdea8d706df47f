// --trace of the lesson programs, as a user types it.
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include "scheduler/trace/reader.h"
#include "tests/lessons/common/child.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"
#include "tests/trace/consistency.h"

namespace rill::testing {
namespace {

constexpr const char* kEcho = "lessons/echo/echo";

struct Folder : ScratchFolder {
  std::string file(const std::string& name) const { return (path / name).string(); }
};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string received(const trace::Log& log) {
  std::string text;
  for (const trace::Record& record : log.records) {
    if (record.kind == trace::Kind::recv) text += record.data;
  }
  return text;
}

/// Talks to an echo server that is traced, and ends it by a signal.
Finished traced_echo(
    std::vector<std::string> more, int signal, const std::function<void()>& before_signal = [] {}) {
  std::vector<std::string> words = {kEcho, "--real", "--port", "0"};
  words.insert(words.end(), more.begin(), more.end());
  Child server(words);
  const std::uint16_t port = server.listening_port();
  {
    Socket client(port);
    client.send("hello\n");
    CHECK(client.receive(6) == "hello\n");
    client.end();
    CHECK(client.receive(1).empty());
  }
  before_signal();
  server.signal(signal);
  return server.finish();
}

TEST_CASE("two processes with the same seed write the same trace, to the byte") {
  const Folder folder;
  const std::vector<std::string> files = {folder.file("one"), folder.file("other")};
  for (const std::string& file : files) {
    const Finished run = run_child({kEcho, "--seed", "7", "--quiet", "--trace", file});
    CHECK(run.exit_code == 0);
    CHECK(run.err.empty());
  }
  const std::string text = text_of(files[0]);
  CHECK(text.size() > 10'000);
  CHECK(text == text_of(files[1]));
  CHECK(what_is_inconsistent(trace::read(text)) == "");
  struct stat about{};
  REQUIRE(::stat(files[0].c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);  // it holds what was said
}

TEST_CASE("a real server is traced to its end, and after kill -9 up to there") {
  const Folder folder;
  const std::string path = folder.file("t.jsonl");
  CHECK(traced_echo({"--trace", path}, SIGTERM).exit_code == 0);
  const trace::Log whole = trace::read_file(path);
  CHECK(whole.is_whole());
  CHECK(whole.header.world == "epoll");
  CHECK(what_is_inconsistent(whole) == "");
  CHECK(received(whole) == "hello\n");

  // While it waits, nothing is held back.
  traced_echo({"--trace", path}, SIGKILL, [&path] {
    while (received(trace::read_file(path)) != "hello\n") continue;
  });
  const trace::Log cut_off = trace::read_file(path);
  CHECK_FALSE(cut_off.is_whole());
  CHECK_THAT(trace::what_is_missing(cut_off), contains("the run was cut off"));
  CHECK(received(cut_off) == "hello\n");
}

TEST_CASE("a run is recorded and traced at once, and the replay of it is traced too") {
  const Folder folder;
  const Finished before =
      traced_echo({"--record", folder.file("rec"), "--trace", folder.file("before")}, SIGTERM);
  CHECK(before.exit_code == 0);
  const Finished after =
      run_child({kEcho, "--replay", folder.file("rec"), "--trace", folder.file("after")});
  CHECK(after.err.empty());
  CHECK(after.exit_code == 0);
  const trace::Log first = trace::read_file(folder.file("before"));
  const trace::Log second = trace::read_file(folder.file("after"));
  CHECK(second.header.world == "replay");
  CHECK(received(second) == received(first));
  CHECK(second.records.back().fingerprint == first.records.back().fingerprint);
  CHECK(what_is_inconsistent(second) == "");
}

TEST_CASE("a capture says on stderr what it does not show") {
  const Folder folder;
  const Finished run = run_child({kEcho, "--quiet", "--pcap", folder.file("run.pcapng")});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.err, contains("run.pcapng: left out: ") && contains(" step"));
}

TEST_CASE("what cannot be traced is one sentence and exit code 2") {
  const auto refused = [](const std::vector<std::string>& words, const std::string& sentence) {
    const Finished run = run_child(words);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, contains(sentence));
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  };
  refused({kEcho, "--trace", "/nowhere/t"},
          "echo: cannot write a trace to '/nowhere/t': No such file or directory");
  refused({kEcho, "--trace", "/dev/full"},
          "echo: cannot write a trace to '/dev/full': No space left on device");
  refused({kEcho, "--real", "--port", "0", "--workers", "2", "--trace", "/tmp/t"},
          "--trace follows one worker; leave out --workers");
  refused({kEcho, "--trace", "/tmp/t", "--view", "/tmp/t"},
          "--trace and --view name the same file, '/tmp/t'; give each its own");
  refused({kEcho, "--replay", "/tmp/t", "--trace", "/tmp/t"},
          "--replay and --trace name the same file, '/tmp/t'; give each its own");
  refused({kEcho, "--pcap", ""}, "--pcap wants a file, not ''");
  refused({kEcho, "--replay", "x", "--shrink", "y", "--trace", "/tmp/t"},
          "use --trace with the recording that it leaves");
}

}  // namespace
}  // namespace rill::testing
