// The binary as its operator runs it: logs on disks that fill up and are rotated, pipes that nobody
// reads, limits of connections and of descriptors, metrics, and a recorded run of all of it.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/lessons/common/child.h"
#include "tests/lessons/httpd/exposition.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

namespace fs = std::filesystem;
using testing::Child;
using testing::Finished;
using testing::run_child;
using testing::Socket;
using Arguments = std::vector<std::string>;

const std::string kHttpd = "lessons/httpd/httpd";

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "httpd_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
    fs::create_directory(path / "root");
    std::ofstream(path / "root/index.html") << "home\n";
    std::ofstream(path / "root/large") << std::string(8 << 20, 'x');
    std::ofstream(path / "root/medium") << std::string(200'000, 'x');
  }
  ~Folder() { fs::remove_all(path); }
  std::string log() const { return (path / "access.log").string(); }
  fs::path path;
};

Arguments real(const Folder& folder, const Arguments& more) {
  Arguments all = {kHttpd, "--real", "--root", (folder.path / "root").string(), "--port", "0"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The same below a shell's limits, as in "ulimit -n 64".
Arguments limited(const std::string& limit, const Arguments& program) {
  Arguments all = {"/bin/sh", "-c", limit + " && exec \"$0\" \"$@\""};
  all.insert(all.end(), program.begin(), program.end());
  return all;
}

/// After listening_port() of a server with --admin 0 and --quiet.
std::uint16_t admin_port(Child& httpd) {
  const std::string line = httpd.read_line();
  const std::string head = "admin on 127.0.0.1:";
  return line.starts_with(head) ? static_cast<std::uint16_t>(std::stoi(line.substr(head.size())))
                                : std::uint16_t{0};
}

Reply ask(std::uint16_t port, const std::string& target) {
  Socket client(port);
  client.send(get(target, "Connection: close\r\n"));
  const std::vector<Reply> all = replies(client.receive_all());
  return all.empty() ? Reply() : all[0];
}

Exposition metrics(std::uint16_t admin) {
  Exposition counts = read_exposition(ask(admin, "/metrics").body);
  CHECK(counts.fault.empty());
  return counts;
}

/// Tries `check` until it holds, for as long as a busy machine may take.
template <class F>
bool comes_true(F check) {
  for (int i = 0; i < Child::kPatienceMs / 20; ++i) {
    if (check()) return true;
    usleep(20'000);
  }
  return false;
}

std::string read_file(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("a log that is rotated again and again has each request once, in whole lines",
          "[program]") {
  const Folder folder;
  Child httpd(
      real(folder, {"--quiet", "--access-log", folder.log(), "--access-log-format", "json"}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  constexpr int kFiles = 5;
  constexpr int kRequests = 400;  // for each file
  Socket client(port);
  for (int file = 0; file < kFiles; ++file) {
    std::string requests;
    for (int i = 0; i < kRequests; ++i)
      requests += get("/?" + std::to_string(file * kRequests + i), "User-Agent: \"\\\t\xff\r\n");
    client.send(requests);
    if (file + 1 == kFiles) break;
    fs::rename(folder.log(), folder.log() + "." + std::to_string(file));
    httpd.signal(SIGHUP);
    REQUIRE(comes_true([&] { return fs::exists(folder.log()); }));
  }
  client.end();
  CHECK(replies(client.receive_all()).size() == std::size_t{kFiles} * kRequests);
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());

  std::string all;
  for (int file = 0; file + 1 < kFiles; ++file) {
    all += read_file(folder.log() + "." + std::to_string(file));
    CHECK((all.empty() || all.back() == '\n'));
  }
  all += read_file(folder.log());
  const std::vector<std::string> lines = lines_of(all);
  REQUIRE(lines.size() == std::size_t{kFiles} * kRequests);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with("{\"time\":\"20") || !lines[i].ends_with(",\"complete\":true}") ||
        lines[i].find("\"target\":\"/?" + std::to_string(i) + "\"") == std::string::npos)
      FAIL("line " << i << " is " << lines[i]);
  }
  if (fs::exists("/usr/bin/python3")) {
    std::ofstream(folder.path / "all.json") << all;
    const Finished parsed = run_child(
        {"/usr/bin/python3", "-c",
         "import json,sys\nprint(sum(json.loads(l)['status'] == 200 for l in open(sys.argv[1])))",
         (folder.path / "all.json").string()});
    CHECK(parsed.out == std::to_string(lines.size()) + "\n");
  }
}

TEST_CASE("a full disk under the log stops no request, and is told once", "[program]") {
  const Folder folder;
  // A file can have 4 KiB: some 50 lines.
  Child httpd(limited("ulimit -f 8",
                      real(folder, {"--quiet", "--access-log", folder.log(), "--admin", "0"})));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += get("/");
  for (int round = 0; round < 3; ++round) {
    Socket client(port);
    client.send(requests);
    client.end();
    CHECK(replies(client.receive_all()).size() == 200);
  }
  CHECK(metrics(admin).at("httpd_access_log_lines_total") < 100);
  CHECK(fs::file_size(folder.log()) == 4096);
  fs::rename(folder.log(), folder.log() + ".1");
  httpd.signal(SIGHUP);  // room for another 4 KiB
  REQUIRE(comes_true([&] { return fs::exists(folder.log()) && fs::file_size(folder.log()) > 0; }));
  const std::vector<std::string> lines = lines_of(read_file(folder.log()));
  CHECK_THAT(lines.at(0), testing::contains("\"GET / HTTP/1.1\" 200 5"));
  CHECK(ask(port, "/").status == 200);
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  const std::vector<std::string> said = lines_of(end.err);
  REQUIRE(said.size() == 2);
  CHECK(said[0] == "httpd: access log: File too large; lines are lost until there is room");
  CHECK(said[1].ends_with(" lines were lost"));
}

TEST_CASE("/dev/full, the disk that is always full, is told once", "[program]") {
  const Folder folder;
  Child httpd(real(folder, {"--quiet", "--access-log", "/dev/full", "--admin", "0"}));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  for (int i = 0; i < 10; ++i) CHECK(ask(port, "/").status == 200);
  CHECK(metrics(admin).at("httpd_access_log_lines_total") == 0);
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err ==
        "httpd: access log: No space left on device; lines are lost until there is room\n"
        "httpd: access log: 10 lines were lost\n");
}

TEST_CASE("standard output that nobody reads stops no request, and not the end", "[program]") {
  const Folder folder;
  Child httpd(real(folder, {"--admin", "0"}));  // whose pipe holds 64 KiB; the log, a megabyte
  const std::uint16_t port = httpd.listening_port();
  httpd.read_line();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/" + std::string(100, 'x'));
  std::uint64_t answered = 0;
  for (int round = 0; round < 12; ++round) {
    Socket client(port);
    client.send(requests);
    client.end();
    answered += replies(client.receive_all()).size();
  }
  CHECK(answered == 12'000);
  CHECK(metrics(admin).at("httpd_access_log_lines_lost_total") > 1000);
  httpd.signal(SIGTERM);
  CHECK(comes_true([&] { return !Socket(admin).is_connected(); }));  // before anybody reads
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK_THAT(end.err,
             testing::contains("standard output does not take lines as fast as they come"));
}

TEST_CASE("the operator's port tells health and metrics", "[program]") {
  const Folder folder;
  Child httpd(real(folder, {"--quiet", "--admin", "0"}));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  CHECK(ask(admin, "/healthz").body == "ok\n");
  CHECK(ask(admin, "/index.html").status == 404);
  CHECK(ask(port, "/metrics").status == 404);
  CHECK(ask(port, "/").body == "home\n");
  Socket busy(port);
  busy.send(get("/large"));
  busy.receive(1000);
  const Exposition counts = metrics(admin);
  CHECK(counts.at("httpd_requests_total{method=\"GET\",status=\"2xx\"}") == 1);
  CHECK(counts.at("httpd_connections_open") == 1);
  CHECK(counts.at("process_open_fds") > 5);
  CHECK(counts.at("process_resident_memory_bytes") > 1'000'000);
  CHECK(counts.at("process_start_time_seconds") > 1'700'000'000);
  CHECK(counts.at("process_cpu_seconds_total") < 1000);
  if (fs::exists("/usr/bin/promtool")) {
    const std::string file = (folder.path / "metrics").string();
    std::ofstream(file) << ask(admin, "/metrics").body;
    const Finished checked =
        run_child({"/bin/sh", "-c", "/usr/bin/promtool check metrics <" + file});
    CHECK(checked.exit_code == 0);
    CHECK(checked.err.empty());
  }
  httpd.signal(SIGTERM);  // the answer that is under way goes on, and so does the port
  CHECK(comes_true([&] { return ask(admin, "/healthz").status == 503; }));
  CHECK(ask(admin, "/healthz").body == "draining\n");
  CHECK(busy.receive_all().size() > (8 << 20) - 1000);
  CHECK(httpd.finish().exit_code == 0);
  CHECK_FALSE(Socket(admin).is_connected());
}

TEST_CASE("with 64 descriptors, 40 connections are served and the others wait without cost",
          "[program]") {
  const Folder folder;
  Child httpd(
      limited("ulimit -n 64", real(folder, {"--quiet", "--admin", "0", "--idle-timeout", "60"})));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  CHECK(metrics(admin).at("httpd_connections_limit") == 40);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Socket>> old;
    for (int i = 0; i < 40; ++i) {
      old.push_back(std::make_unique<Socket>(port));
      old.back()->send(get("/"));
    }
    const std::size_t answer_bytes = ask(admin, "/healthz").body.size();  // others still can
    CHECK(answer_bytes == 3);
    std::string first = old[0]->receive(50);
    std::vector<std::unique_ptr<Socket>> waiting;
    for (int i = 0; i < 20; ++i) {
      waiting.push_back(std::make_unique<Socket>(port));
      waiting.back()->send(get("/", "Connection: close\r\n"));
    }
    const double cpu_before = metrics(admin).at("process_cpu_seconds_total");
    usleep(1'000'000);
    const Exposition full = metrics(admin);
    CHECK(full.at("httpd_connections_open") == 40);
    CHECK(full.at("process_cpu_seconds_total") - cpu_before < 0.3);
    for (auto& socket : old) {  // served, with a file each, while all is full
      socket->send(get("/medium", "Connection: close\r\n"));
      CHECK(socket->receive_all().size() > 200'000);
      socket.reset();
    }
    for (auto& socket : waiting) CHECK(statuses(socket->receive_all()) == "200 close");
  }
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());
}

TEST_CASE("one client's connections and requests are limited by its flags", "[program]") {
  const Folder folder;
  Child httpd(real(folder, {"--quiet", "--max-connections-per-client", "2",
                            "--max-requests-per-connection", "2"}));
  const std::uint16_t port = httpd.listening_port();
  REQUIRE(port != 0);
  Socket first(port);
  first.send(get("/"));
  first.receive(1);
  Socket second(port);
  second.send(get("/"));
  second.receive(1);
  Socket third(port);
  const std::string refusal = third.receive_all();
  CHECK(statuses(refusal) == "429 close");
  CHECK(replies(refusal)[0].fields.at("retry-after") == "1");
  second.send(get("/"));
  second.receive_all();  // two requests are all
  CHECK(comes_true([&] { return ask(port, "/").status == 200; }));
}

TEST_CASE("workers are counted together, and write one log", "[program]") {
  const Folder folder;
  Child httpd(real(folder, {"--quiet", "--workers", "2", "--access-log", folder.log(), "--admin",
                            "0", "--max-connections", "100"}));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  const auto visit = [&] {
    std::vector<std::unique_ptr<Socket>> clients;
    for (int i = 0; i < 40; ++i) {
      clients.push_back(std::make_unique<Socket>(port));
      clients.back()->send(get("/") + get("/"));
      clients.back()->end();
    }
    for (auto& client : clients) CHECK(statuses(client->receive_all()) == "200 200");
  };
  visit();
  const Exposition counts = metrics(admin);
  CHECK(counts.at("httpd_connections_limit") == 100);
  CHECK(counts.at("httpd_connections_accepted_total") == 40);
  CHECK(counts.at("httpd_requests_total{method=\"GET\",status=\"2xx\"}") == 80);
  CHECK(counts.at("httpd_request_duration_seconds_count") == 80);
  CHECK(comes_true([&] { return metrics(admin).at("httpd_access_log_lines_total") == 80; }));
  fs::rename(folder.log(), folder.log() + ".1");
  httpd.signal(SIGHUP);
  CHECK(comes_true([&] {
    visit();
    return fs::exists(folder.log()) && lines_of(read_file(folder.log())).size() >= 160;
  }));
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());
  const std::vector<std::string> lines =
      lines_of(read_file(folder.log() + ".1") + read_file(folder.log()));
  CHECK(lines.size() % 80 == 0);
  for (const std::string& line : lines) CHECK(line.ends_with("] \"GET / HTTP/1.1\" 200 5"));
}

TEST_CASE("a recorded run replays with its log and its metrics, and writes nothing", "[program]") {
  const Folder folder;
  const std::string recording = (folder.path / "run.rec").string();
  Child httpd(real(folder, {"--admin", "0", "--access-log", folder.log(), "--record", recording}));
  const std::uint16_t port = httpd.listening_port();
  httpd.read_line();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  CHECK(ask(port, "/").status == 200);
  const Exposition counts = metrics(admin);
  CHECK(counts.at("httpd_connections_accepted_total") == 1);
  CHECK(counts.samples.count("process_open_fds") == 0);
  CHECK(comes_true([&] { return fs::exists(folder.log()) && fs::file_size(folder.log()) > 0; }));
  httpd.signal(SIGHUP);
  CHECK(ask(port, "/").status == 200);
  httpd.signal(SIGTERM);
  const Finished before = httpd.finish();
  CHECK(before.exit_code == 0);
  const std::string log = read_file(folder.log());
  CHECK(lines_of(log).size() == 2);
  const Finished after = run_child({kHttpd, "--replay", recording});
  CHECK(after.exit_code == 0);
  CHECK(after.err.empty());
  CHECK(lines_of(after.out).back() == lines_of(before.out).back());
  CHECK(read_file(folder.log()) == log);
}

TEST_CASE("an operator's mistake is one sentence and exit code 2", "[program]") {
  const Folder folder;
  Child first(real(folder, {"--quiet", "--admin", "0"}));
  first.listening_port();
  const std::string taken = std::to_string(admin_port(first));
  struct Row {
    Arguments arguments;
    std::string sentence;
  };
  const std::vector<Row> rows = {
      {real(folder, {"--admin", "nowhere:80"}), "--admin wants a port, or an address and a port"},
      {real(folder, {"--admin", taken}), "--admin " + taken + ": that port is taken"},
      {real(folder, {"--admin", "192.0.2.1:80"}), "--admin 192.0.2.1:80: Cannot assign"},
      {real(folder, {"--access-log", folder.path.string()}), "Is a directory"},
      {real(folder, {"--access-log", "/none/log"}), "No such file or directory"},
      {real(folder, {"--access-log-format", "xml"}), "common, combined or json, not 'xml'"},
      {real(folder, {"--max-connections", "0"}), "--max-connections takes a whole number from 1"},
      {limited("ulimit -n 64", real(folder, {"--max-connections", "41"})),
       "--max-connections 41 is more than this process may have: 40"},
      {{kHttpd, "--access-log", folder.log()}, "--access-log FILE is for real sockets"},
      {{kHttpd, "--admin", "0"}, "--admin 0 is for real sockets"},
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

TEST_CASE("log and operator's port are there in the simulation too, the same each time",
          "[program]") {
  const Arguments arguments = {kHttpd, "--seed",       "5", "--admin",
                               "9090", "--access-log", "-", "--access-log-format",
                               "json", "--full"};
  const Finished run = run_child(arguments);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, testing::contains("4 visitors got 9 answers"));
  CHECK_THAT(run.out, testing::contains("{\"time\":\"2026"));
  CHECK(run.out == run_child(arguments).out);
}

}  // namespace
}  // namespace rill::httpd
