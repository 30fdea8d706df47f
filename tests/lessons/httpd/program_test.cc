// The binary itself on real sockets: started as a person starts it, asked by a raw client, ended by
// a signal. What httpd answers is tested on the simulated network; here is that it does so for
// real.
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/lessons/common/child.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

namespace fs = std::filesystem;
using testing::Child;
using testing::Finished;
using testing::run_child;
using testing::Socket;

const std::string kHttpd = "lessons/httpd/httpd";

struct SiteFolder : testing::ScratchFolder {
  SiteFolder() {
    std::ofstream(path / "index.html") << "home\n";
    std::ofstream(path / "large") << std::string(8 << 20, 'x');
    fs::create_directory(path / "docs");
  }
};

std::vector<std::string> real(const fs::path& root, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {kHttpd, "--real", "--root", root.string(), "--port", "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("the binary serves a folder, says what it did, and ends by SIGTERM with 0", "[program]") {
  const SiteFolder folder;
  Child httpd(real(folder.path));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  {
    Socket client(port);
    client.send(get("/") + get("/large") + get("/docs") + get("/docs/") + get("/../x"));
    client.end();
    const std::vector<Reply> all = replies(client.receive_all());
    REQUIRE(all.size() == 5);
    CHECK(all[0].body == "home\n");
    CHECK(all[1].body == std::string(8 << 20, 'x'));
    CHECK(all[2].status == 301);
    CHECK(all[3].status == 200);
    CHECK(all[4].status == 400);
  }
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());
  const std::string& log = end.out;
  CHECK_THAT(log, testing::contains("open http://127.0.0.1:" + std::to_string(port) + "/"));
  CHECK_THAT(log, testing::contains("\"GET / HTTP/1.1\" 200 5\n"));
  CHECK_THAT(log, testing::contains("\"GET /large HTTP/1.1\" 200 8388608\n"));
  CHECK_THAT(log, testing::contains("\"GET /../x HTTP/1.1\" 400 "));
}

TEST_CASE("with --quiet it says where it listens and nothing else, and SIGINT ends it too",
          "[program]") {
  const SiteFolder folder;
  Child httpd(real(folder.path, {"--quiet"}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  Socket client(port);
  client.send(get("/"));
  client.end();
  CHECK(statuses(client.receive_all()) == "200");
  httpd.signal(SIGINT);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.out.empty());
  CHECK(end.err.empty());
}

TEST_CASE("SIGTERM ends idle connections at once and lets an answer end that is under way",
          "[program]") {
  const SiteFolder folder;
  Child httpd(real(folder.path, {"--quiet"}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  Socket idle(port);
  Socket busy(port);
  busy.send(get("/large") + get("/large"));
  std::string received = busy.receive(1000);
  httpd.signal(SIGTERM);
  CHECK(idle.receive_all().empty());
  CHECK_FALSE(Socket(port).is_connected());
  received += busy.receive_all();
  CHECK(statuses(received) == "200 200 close");
  CHECK(httpd.finish().exit_code == 0);
}

TEST_CASE("a recorded run replays, with files that the kernel sent", "[program]") {
  const SiteFolder folder;
  const std::string path = (folder.path / "run.rec").string();
  Child httpd(real(folder.path, {"--record", path}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  {
    Socket client(port);
    client.send(get("/large") + get("/") + get("/large", "Range: bytes=0-0,-100000\r\n"));
    client.end();
    CHECK(statuses(client.receive_all()) == "200 200 206");
  }
  httpd.signal(SIGTERM);
  const Finished recorded = httpd.finish();
  CHECK(recorded.exit_code == 0);
  const Finished replayed = run_child({kHttpd, "--replay", path});
  CHECK(replayed.exit_code == 0);
  // Its log was written to the recorded world, so only the fingerprint tells; it is the last line.
  CHECK_THAT(recorded.out, testing::contains("\"GET /large HTTP/1.1\" 200 8388608"));
  CHECK_THAT(replayed.out,
             testing::contains(recorded.out.substr(recorded.out.find("fingerprint: "))));
}

TEST_CASE("a second SIGTERM ends it at once", "[program]") {
  const SiteFolder folder;
  Child httpd(real(folder.path, {"--quiet"}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  Socket busy(port);
  busy.send(get("/large"));
  busy.receive(1000);
  Socket idle(port);
  httpd.signal(SIGTERM);
  CHECK(idle.receive_all().empty());
  httpd.signal(SIGTERM);
  CHECK(httpd.finish().exit_code == -SIGTERM);
}

TEST_CASE("the deadlines of the command line hold", "[program]") {
  const SiteFolder folder;
  Child httpd(real(folder.path, {"--quiet", "--header-timeout", "200ms", "--idle-timeout", "0.3"}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  Socket idle(port);
  Socket slow(port);
  slow.send("GET / HTTP/1.1\r\n");
  CHECK(statuses(slow.receive_all()) == "408 close");
  CHECK(idle.receive_all().empty());
}

TEST_CASE("wrong use is one sentence and exit code 2", "[program]") {
  const SiteFolder folder;
  Child first(real(folder.path));
  const std::string taken = std::to_string(first.listening_port());
  struct Row {
    std::vector<std::string> arguments;
    std::string sentence;
  };
  const std::vector<Row> rows = {
      {{kHttpd, "--real", "--root", folder.path.string(), "--port", taken},
       "port " + taken + " is taken"},
      {{kHttpd, "--real"}, "--real needs --root FOLDER"},
      {{kHttpd, "--real", "--root", (folder.path / "none").string()}, "No such file"},
      {{kHttpd, "--real", "--root", (folder.path / "index.html").string()}, "Not a directory"},
      {{kHttpd, "--root", folder.path.string()}, "--root is for real sockets"},
      {real(folder.path, {"--idle-timeout", "soon"}), "--idle-timeout wants seconds"},
      {real(folder.path, {"--write-timeout", "0"}), "--write-timeout wants seconds"},
      {{kHttpd, "--nonsense"}, "--nonsense"},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    const Finished run = run_child(row.arguments);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, testing::contains(row.sentence));
    CHECK(run.err.starts_with("httpd: "));
    CHECK(run.err.find('\n') == run.err.size() - 1);
  }
}

TEST_CASE("a simulated run is the same each time, and ends with its fingerprint", "[program]") {
  const Finished run = run_child({kHttpd, "--seed", "3"});
  CHECK(run.exit_code == 0);
  const std::string& said = run.out;
  CHECK(said == run_child({kHttpd, "--seed", "3"}).out);
  CHECK_THAT(said, testing::contains("3 visitors got 8 answers"));
  const std::size_t last = said.rfind('\n', said.size() - 2) + 1;
  CHECK(said.substr(last, 13) == "fingerprint: ");
  CHECK(said.size() - last == 13 + 32 + 1);
}

}  // namespace
}  // namespace rill::httpd
