// The access log of the binary: on files that are rotated, on disks that are full, into pipes that
// nobody reads. What depends on the backend runs on each.
#include <csignal>
#include <thread>

#include "tests/lessons/httpd/operator.h"

namespace rill::httpd {
namespace {

TEST_CASE("a log that is rotated again and again has each request once, in whole lines",
          "[program]") {
  const std::string backend = GENERATE(from_range(backend_names()));
  INFO(backend);
  const ServedFolder folder;
  Child httpd(real(folder, {"--quiet", "--access-log", folder.log(), "--access-log-format", "json"},
                   backend));
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
  const ServedFolder folder;
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
  const ServedFolder folder;
  const std::string workers = GENERATE("1", "2");
  Child httpd(
      real(folder, {"--quiet", "--access-log", "/dev/full", "--admin", "0", "--workers", workers}));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  for (int i = 0; i < 40; ++i) CHECK(ask(port, "/").status == 200);  // some for each worker
  CHECK(metrics(admin).at("httpd_access_log_lines_total") == 0);
  httpd.signal(SIGTERM);
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err ==
        "httpd: access log: No space left on device; lines are lost until there is room\n"
        "httpd: access log: 40 lines were lost\n");
}

TEST_CASE("the lines of two workers stay whole, however long clients make them", "[program]") {
  const ServedFolder folder;
  Child httpd(real(folder, {"--quiet", "--workers", "2", "--access-log", folder.log(),
                            "--access-log-format", "json"}));
  const std::uint16_t port = httpd.listening_port();
  constexpr int kClients = 8;
  constexpr int kRequests = 200;  // of each
  std::string requests;           // of each byte the log makes six: 12 KiB a line
  for (int i = 0; i < kRequests; ++i)
    requests += get("/", "User-Agent: " + std::string(2000, '\xff') + "\r\n");
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      Socket client(port);
      std::thread reader([&] { client.receive_all(); });
      client.send(requests);
      client.end();
      reader.join();
    });
  }
  for (std::thread& client : clients) client.join();
  httpd.signal(SIGTERM);
  CHECK(httpd.finish().exit_code == 0);
  const std::vector<std::string> lines = lines_of(read_file(folder.log()));
  CHECK(lines.size() > 100);  // a slow disk takes fewer than there are
  std::size_t torn = 0;
  for (const std::string& line : lines)
    torn +=
        !line.starts_with("{\"time\":") || !line.ends_with("}") || line.find('{', 1) != line.npos;
  CHECK(torn == 0);
}

TEST_CASE("standard output that nobody reads stops no request, and not the end", "[program]") {
  const std::string backend = GENERATE(from_range(backend_names()));
  const bool is_one_pipe = GENERATE(false, true);  // with stderr, as in 2>&1 and in a journal
  INFO(backend << (is_one_pipe ? " 2>&1" : ""));
  const ServedFolder folder;
  const Arguments command = real(folder, {"--admin", "0"}, backend);
  // The pipe holds 64 KiB; the log, a megabyte.
  Child httpd(is_one_pipe ? limited("exec 2>&1", command) : command);
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
  CHECK(comes_true([&] { return has_ended(httpd); }));  // before anybody reads
  const Finished end = httpd.finish();
  CHECK(end.exit_code == 0);
  if (is_one_pipe) return;  // there was no room for the sentence either
  CHECK_THAT(end.err,
             testing::contains("standard output does not take lines as fast as they come"));
}

}  // namespace
}  // namespace rill::httpd
