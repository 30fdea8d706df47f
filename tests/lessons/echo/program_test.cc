// The echo program from outside: its command line, its two worlds, how it ends.
#include <csignal>
#include <filesystem>

#include "tests/lessons/common/child.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

const std::string kEcho = "lessons/echo/echo";

std::size_t count_lines(const std::string& text) {
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n';
  return lines;
}

std::string last_line(const std::string& text) {
  const std::size_t before = text.rfind('\n', text.size() - 2);
  return text.substr(before == std::string::npos ? 0 : before + 1);
}

bool is_hex(const std::string& text) {
  return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// One sentence on stderr, nothing on stdout, exit code 2.
void check_refused(std::vector<std::string> arguments, const std::string& part) {
  arguments.insert(arguments.begin(), kEcho);
  const Finished run = run_child(arguments);
  CAPTURE(arguments, run.out);
  CHECK(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, contains(part));
  CHECK(count_lines(run.err) == 1);
  CHECK(run.err.starts_with("echo: "));
}

TEST_CASE("a simulated run ends with its fingerprint, and prints the same bytes each time") {
  const Finished once = run_child({kEcho, "--seed", "7"});
  const Finished again = run_child({kEcho, "--sim", "--seed", "7"});
  CHECK(once.exit_code == 0);
  CHECK(once.err.empty());
  CHECK(once.out == again.out);
  const std::string last = last_line(once.out);
  const std::string head = "fingerprint: ";
  REQUIRE(last.size() == head.size() + 32 + 1);
  CHECK(last.starts_with(head));
  CHECK(is_hex(last.substr(head.size(), 32)));
  CHECK(last.ends_with("\n"));
}

TEST_CASE("another seed is another run") {
  CHECK(last_line(run_child({kEcho, "--seed", "1"}).out) !=
        last_line(run_child({kEcho, "--seed", "2"}).out));
}

TEST_CASE("--port 0 is any port that is free, in either world") {
  const Finished run = run_child({kEcho, "--port", "0"});
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("listens on port 0\n") == std::string::npos);
}

TEST_CASE("--quiet leaves the result and the fingerprint, and does not change the run") {
  const Finished quiet = run_child({kEcho, "--quiet"});
  CHECK(quiet.exit_code == 0);
  CHECK(count_lines(quiet.out) == 2);
  CHECK(last_line(quiet.out) == last_line(run_child({kEcho}).out));
}

TEST_CASE("the default story fits on a screen and has no escape sequences in a pipe") {
  const std::string story = run_child({kEcho}).out;
  CHECK(count_lines(story) <= 40);
  CHECK(story.find('\033') == std::string::npos);
  for (const char* part : {"server", "alice", "bob", "carol", "\"no time!\\n\"", "next: "}) {
    CHECK_THAT(story, contains(part));
  }
}

TEST_CASE("a folded story says what it left out, and --full tells all of it") {
  const std::string folded = run_child({kEcho, "--verbose", "--seed", "4"}).out;
  CHECK_THAT(folded, contains("see --full"));
  const std::string full = run_child({kEcho, "--verbose", "--seed", "4", "--full"}).out;
  CHECK(full.find("see --full") == std::string::npos);
  CHECK(count_lines(full) > count_lines(folded));
  CHECK(last_line(full) == last_line(folded));
}

TEST_CASE("wrong use is one sentence and exit code 2") {
  check_refused({"--bogus"}, "there is no argument '--bogus'");
  check_refused({"--seed"}, "--seed wants a value after it");
  check_refused({"--seed", "abc"}, "not 'abc'");
  check_refused({"--seed", "-1"}, "not '-1'");
  check_refused({"--seed", "18446744073709551616"}, "--seed takes a whole number");
  check_refused({"--port", "65536"}, "from 0 to 65535");
  check_refused({"stray"}, "there is no argument 'stray'");
  check_refused({"--sim", "--real"}, "choose one");
  check_refused({"--real", "--seed", "3"}, "the real world has none");
  check_refused({"--real", "--full"}, "simulated");
  check_refused({"--host", "127.0.0.1"}, "add --real");
  check_refused({"--real", "--backend=uring2"}, "epoll, uring or auto");
  check_refused({"--real", "--host", "example.org"}, "an address of this machine");
  check_refused({"--real", "--host", "192.0.2.1"}, "an address of this machine");  // RFC 5737
}

TEST_CASE("--help says what the program does and ends with examples") {
  const Finished help = run_child({kEcho, "--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.err.empty());
  for (const char* part : {"--seed", "--real", "--port", "--quiet", "Examples:"}) {
    CHECK_THAT(help.out, contains(part));
  }
}

TEST_CASE("--help of a program that was installed under another name is about that name") {
  const ScratchFolder folder;
  const std::string installed = folder.path / "rill-echo";
  std::filesystem::create_symlink(std::filesystem::absolute(kEcho), installed);
  const std::string help = run_child({installed, "--help"}).out;
  CHECK_THAT(help, contains("Usage: rill-echo [FLAGS]"));
  CHECK(help.find("./rill run") == help.npos);
}

TEST_CASE("on real sockets it echoes to several clients at a time, and leaves on a signal") {
  const int number = GENERATE(SIGTERM, SIGINT);
  Child server({kEcho, "--real", "--port", "0"});
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  Socket one(port);
  Socket other(port);
  one.send("first\n");
  other.send("second\n");
  CHECK(other.receive(7) == "second\n");  // while the first client is still there
  CHECK(one.receive(6) == "first\n");
  one.end();
  CHECK(one.receive(1).empty());
  server.signal(number);
  const Finished end = server.finish();  // although `other` never says goodbye
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());
  CHECK(other.receive(1).empty());
}

TEST_CASE("what was sent just before SIGTERM is still answered") {
  Child server({kEcho, "--real", "--port", "0"});
  Socket client(server.listening_port());
  client.send("ping\n");
  CHECK(client.receive(5) == "ping\n");
  client.send("last words\n");
  client.end();
  server.signal(SIGTERM);
  CHECK(client.receive(11) == "last words\n");
  CHECK(server.finish().exit_code == 0);
}

TEST_CASE("a client that resets its connection disturbs nobody else") {
  Child server({kEcho, "--real", "--port", "0"});
  const std::uint16_t port = server.listening_port();
  {
    Socket rude(port);
    rude.send(std::string(100'000, 'x'));
  }  // closed with echo unread: RST
  Socket polite(port);
  polite.send("still there?\n");
  CHECK(polite.receive(13) == "still there?\n");
  server.signal(SIGTERM);
  CHECK(server.finish().exit_code == 0);
}

TEST_CASE("the verbose form says who comes, sends and goes; --quiet says nothing of that") {
  const bool is_quiet = GENERATE(false, true);
  Child server(
      is_quiet ? std::vector<std::string>{kEcho, "--real", "--port", "0", "--verbose", "--quiet"}
               : std::vector<std::string>{kEcho, "--real", "--port", "0", "--verbose"});
  Socket client(server.listening_port());
  client.send("hi\x1b\n");
  CHECK(client.receive(4) == "hi\x1b\n");
  client.end();
  CHECK(client.receive(1).empty());
  server.signal(SIGTERM);
  const Finished end = server.finish();
  CHECK(end.exit_code == 0);
  if (is_quiet) {
    CHECK(end.out.empty());
  } else {
    CHECK_THAT(end.out, contains(" connected\n"));
    CHECK_THAT(end.out, contains(R"( sent "hi\x1b\n")"));
    CHECK_THAT(end.out, contains(" is gone\n"));
  }
}

TEST_CASE("a busy port is one sentence and exit code 2") {
  Child first({kEcho, "--real", "--port", "0"});
  const std::string port = std::to_string(first.listening_port());
  const Finished second = run_child({kEcho, "--real", "--port", port});
  CHECK(second.exit_code == 2);
  CHECK(second.out.empty());
  CHECK(count_lines(second.err) == 1);
  CHECK_THAT(second.err, contains("port " + port + " is taken"));
}

TEST_CASE("every backend that can be named is either there or says that it is not") {
  for (const std::string name : {"auto", "epoll", "uring"}) {
    Child server({kEcho, "--real", "--port", "0", "--backend=" + name});
    if (server.listening_port() != 0) {
      server.signal(SIGTERM);
      CHECK(server.finish().exit_code == 0);
    } else {
      const Finished end = server.finish();
      CHECK(end.exit_code == 2);
      CHECK(count_lines(end.err) == 1);
    }
  }
}

}  // namespace
}  // namespace rill::testing
