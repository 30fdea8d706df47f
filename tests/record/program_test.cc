// --record, --replay and --shrink of the lesson programs, as a user types them.
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/lessons/common/child.h"
#include "tests/record/recorded.h"

namespace rill::testing {
namespace {

constexpr const char* kEcho = "lessons/echo/echo";
constexpr const char* kHttpd = "lessons/httpd/httpd";

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

/// Its first line is the listening one, which listening_port() has taken.
std::string without_first_line(const std::string& text) { return text.substr(text.find('\n') + 1); }

/// Records an echo server with a few clients. What it printed.
Finished recorded_echo(const std::string& path, int signal) {
  Child server({kEcho, "--real", "--port", "0", "--verbose", "--record", path});
  const std::uint16_t port = server.listening_port();
  {
    Socket first(port);
    Socket second(port);
    first.send("hello\n");
    CHECK(first.receive(6) == "hello\n");
    second.send("and I\n");
    CHECK(second.receive(6) == "and I\n");
    first.end();
    CHECK(first.receive(1).empty());
  }
  server.signal(signal);
  return server.finish();
}

TEST_CASE("a recorded echo server replays: the same output, the same fingerprint, no network") {
  const ScratchFile file("echo.rec");
  const Finished before = recorded_echo(file.path(), SIGTERM);
  CHECK(before.exit_code == 0);
  CHECK_THAT(before.out, contains("fingerprint: "));
  CHECK_THAT(before.out, contains("sent \"and I\\n\""));
  struct stat about{};
  REQUIRE(::stat(file.path().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);  // it holds what was said

  const Finished after = run_child({kEcho, "--replay", file.path()});
  CHECK(after.exit_code == 0);
  CHECK(after.err.empty());
  CHECK(without_first_line(after.out) == before.out);
  const Finished quiet = run_child({kEcho, "--replay", file.path(), "--quiet"});
  CHECK(last_line(quiet.out) == last_line(before.out));
  CHECK(quiet.out.size() < after.out.size());
}

TEST_CASE("after kill -9 the recording of a server replays up to that point") {
  const ScratchFile file("killed.rec");
  const Finished before = recorded_echo(file.path(), SIGKILL);
  CHECK(before.exit_code == -SIGKILL);
  const Finished after = run_child({kEcho, "--replay", file.path()});
  CHECK(after.exit_code == 1);
  CHECK_THAT(after.out, contains("sent \"and I\\n\""));
  CHECK_THAT(after.err, contains("echo: the recording '" + file.path() + "' ends here"));
}

TEST_CASE("a recorded httpd replays, with the date that it was") {
  const ScratchFile file("httpd.rec");
  Child server(
      {kHttpd, "--real", "--root", "lessons/httpd", "--port", "0", "--record", file.path()});
  Socket client(server.listening_port());
  client.send("GET /no-such-page HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.receive(12) == "HTTP/1.1 404");
  client.end();
  server.signal(SIGTERM);
  const Finished before = server.finish();
  CHECK(before.exit_code == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the wall clock has moved on
  const Finished after = run_child({kHttpd, "--replay", file.path()});
  CHECK(after.exit_code == 0);
  CHECK(after.err.empty());
  CHECK(last_line(after.out) == last_line(before.out));
}

TEST_CASE("what cannot be recorded, replayed or shrunk is one sentence and exit code 2") {
  const ScratchFile file("misuse.rec");
  const ScratchFile small("misuse_small.rec");
  recorded_echo(file.path(), SIGTERM);
  const auto refused = [](std::vector<std::string> arguments, const std::string& sentence) {
    const Finished run = run_child(std::move(arguments));
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, contains(sentence));
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  };
  refused({kEcho, "--replay", "/no/such/file"}, "echo: cannot read the recording '/no/such/file'");
  refused({kEcho, "--replay", kEcho}, "is no recording of Rill");
  refused({kHttpd, "--replay", file.path()}, "is a recording of echo, not of httpd");
  refused({kEcho, "--replay", file.path(), "--port", "0"},
          "--replay runs with the flags that were recorded; leave out --port");
  refused({kEcho, "--record", file.path()}, "--record is for real sockets; add --real");
  refused({kEcho, "--real", "--port", "0", "--record", "/dev/full"},
          "cannot record to '/dev/full': No space left on device");
  refused({kEcho, "--shrink", small.path()}, "--shrink is for a recording; add --replay FILE");
  refused({kEcho, "--replay", file.path(), "--shrink", small.path()}, "there is nothing to shrink");

  std::string newer = file.read();
  newer[7] = 2;
  std::ofstream(small.path(), std::ios::binary) << newer;
  refused({kEcho, "--replay", small.path()}, "is a recording of version 2");
}

}  // namespace
}  // namespace rill::testing
