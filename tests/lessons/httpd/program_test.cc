// The binary itself on real sockets: started as a person starts it, asked by a raw client, ended by
// a signal. What httpd answers is tested on the simulated network; here is that it does so for
// real.
#include <filesystem>
#include <fstream>

#include "tests/lessons/httpd/process.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

namespace fs = std::filesystem;

// Where Bazel puts it beside the test.
constexpr const char* kBinary = "lessons/httpd/httpd";

struct SiteFolder {
  SiteFolder() {
    std::string name = (fs::temp_directory_path() / "httpd_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
    std::ofstream(path / "index.html") << "home\n";
    std::ofstream(path / "large") << std::string(8 << 20, 'x');
    fs::create_directory(path / "docs");
  }
  ~SiteFolder() { fs::remove_all(path); }
  fs::path path;
};

int port_of(const std::string& line) {
  const std::string start = "listening on 127.0.0.1:";
  if (!line.starts_with(start)) throw std::runtime_error("httpd said: " + line);
  return std::stoi(line.substr(start.size()));
}

std::vector<std::string> real(const fs::path& root, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"--real", "--root", root.string(), "--port", "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("the binary serves a folder, says what it did, and ends by SIGTERM with 0", "[program]") {
  const SiteFolder folder;
  Process httpd(kBinary, real(folder.path));
  const int port = port_of(httpd.read_line());
  {
    Socket client(port);
    client.send(get("/") + get("/large") + get("/docs") + get("/docs/") + get("/../x"));
    client.end();
    const std::vector<Reply> all = replies(client.read_to_end());
    REQUIRE(all.size() == 5);
    CHECK(all[0].body == "home\n");
    CHECK(all[1].body == std::string(8 << 20, 'x'));
    CHECK(all[2].status == 301);
    CHECK(all[3].status == 200);
    CHECK(all[4].status == 400);
  }
  httpd.signal(SIGTERM);
  CHECK(httpd.wait() == 0);
  const std::string log = httpd.read_rest();
  CHECK_THAT(log, testing::contains("200 GET / 5 127.0.0.1:"));
  CHECK_THAT(log, testing::contains("200 GET /large 8388608 127.0.0.1:"));
  CHECK_THAT(log, testing::contains("400 GET /../x"));
}

TEST_CASE("with --quiet it says where it listens and nothing else, and SIGINT ends it too",
          "[program]") {
  const SiteFolder folder;
  Process httpd(kBinary, real(folder.path, {"--quiet"}));
  const int port = port_of(httpd.read_line());
  Socket client(port);
  client.send(get("/"));
  client.end();
  CHECK(statuses(client.read_to_end()) == "200");
  httpd.signal(SIGINT);
  CHECK(httpd.wait() == 0);
  CHECK(httpd.read_rest().empty());
}

TEST_CASE("SIGTERM ends idle connections at once and lets an answer end that is under way",
          "[program]") {
  const SiteFolder folder;
  Process httpd(kBinary, real(folder.path, {"--quiet"}));
  const int port = port_of(httpd.read_line());
  Socket idle(port);
  Socket busy(port);
  busy.send(get("/large") + get("/large"));
  std::string received = busy.read_some(1000);
  httpd.signal(SIGTERM);
  CHECK(idle.read_to_end().empty());
  CHECK_FALSE(Socket(port).is_connected());
  received += busy.read_to_end();
  CHECK(statuses(received) == "200 200 close");
  CHECK(httpd.wait() == 0);
}

TEST_CASE("a second SIGTERM ends it at once", "[program]") {
  const SiteFolder folder;
  Process httpd(kBinary, real(folder.path, {"--quiet"}));
  const int port = port_of(httpd.read_line());
  Socket busy(port);
  busy.send(get("/large"));
  busy.read_some(1000);
  Socket idle(port);
  httpd.signal(SIGTERM);
  CHECK(idle.read_to_end().empty());
  httpd.signal(SIGTERM);
  CHECK(httpd.wait() == 1000 + SIGTERM);
}

TEST_CASE("the deadlines of the command line hold", "[program]") {
  const SiteFolder folder;
  Process httpd(kBinary, real(folder.path,
                              {"--quiet", "--header-timeout", "200ms", "--idle-timeout", "0.3"}));
  const int port = port_of(httpd.read_line());
  Socket idle(port);
  Socket slow(port);
  slow.send("GET / HTTP/1.1\r\n");
  CHECK(statuses(slow.read_to_end()) == "408 close");
  CHECK(idle.read_to_end().empty());
}

TEST_CASE("wrong use is one sentence and exit code 2", "[program]") {
  const SiteFolder folder;
  Process first(kBinary, real(folder.path));
  const std::string taken = std::to_string(port_of(first.read_line()));
  struct Row {
    std::vector<std::string> arguments;
    std::string sentence;
  };
  const std::vector<Row> rows = {
      {{"--real", "--root", folder.path.string(), "--port", taken}, "port " + taken + " is taken"},
      {{"--real"}, "--real needs --root FOLDER"},
      {{"--real", "--root", (folder.path / "none").string()}, "No such file"},
      {{"--real", "--root", (folder.path / "index.html").string()}, "Not a directory"},
      {{"--root", folder.path.string()}, "--root is for real sockets"},
      {real(folder.path, {"--idle-timeout", "soon"}), "--idle-timeout wants seconds"},
      {real(folder.path, {"--write-timeout", "0"}), "--write-timeout wants seconds"},
      {{"--nonsense"}, "--nonsense"},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    Process httpd(kBinary, row.arguments);
    const std::string said = httpd.read_rest();
    CHECK(httpd.wait() == 2);
    CHECK_THAT(said, testing::contains(row.sentence));
    CHECK(said.starts_with("httpd: "));
    CHECK(said.find('\n') == said.size() - 1);
  }
}

TEST_CASE("a simulated run is the same each time, and ends with its fingerprint", "[program]") {
  Process one(kBinary, {"--seed", "3"});
  Process other(kBinary, {"--seed", "3"});
  const std::string said = one.read_rest();
  CHECK(said == other.read_rest());
  CHECK(one.wait() == 0);
  CHECK_THAT(said, testing::contains("3 visitors got 8 answers"));
  const std::size_t last = said.rfind('\n', said.size() - 2) + 1;
  CHECK(said.substr(last, 13) == "fingerprint: ");
  CHECK(said.size() - last == 13 + 32 + 1);
}

}  // namespace
}  // namespace rill::httpd
