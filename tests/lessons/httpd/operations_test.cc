// The binary as its operator runs it: health and metrics, limits of connections and of descriptors,
// workers, and a recorded run of all of it. What depends on the backend runs on each.
#include <csignal>

#include "tests/lessons/httpd/operator.h"

namespace rill::httpd {
namespace {

TEST_CASE("the operator's port tells health and metrics", "[program]") {
  const std::string backend = GENERATE(from_range(backend_names()));
  INFO(backend);
  const ServedFolder folder;
  Child httpd(real(folder, {"--quiet", "--admin", "0"}, backend));
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

TEST_CASE("after kill -9 the next server has both ports at once", "[program]") {
  const std::string backend = GENERATE(from_range(backend_names()));
  const std::string workers = GENERATE("1", "2");
  INFO(workers << " on " << backend);
  const ServedFolder folder;
  Child killed(real(folder, {"--quiet", "--admin", "0", "--workers", workers}, backend));
  const std::string port = std::to_string(killed.listening_port());
  const std::string admin = std::to_string(admin_port(killed));
  killed.signal(SIGKILL);
  CHECK(killed.finish().exit_code == -SIGKILL);
  Child next(real(folder, {"--quiet", "--admin", admin, "--workers", workers}, backend, port));
  CHECK(std::to_string(next.listening_port()) == port);
  CHECK(std::to_string(admin_port(next)) == admin);
}

TEST_CASE("with 64 descriptors, 40 connections are served and the others wait without cost",
          "[program]") {
  const std::string backend = GENERATE(from_range(backend_names()));
  INFO(backend);
  const ServedFolder folder;
  Child httpd(limited("ulimit -n 64",
                      real(folder, {"--quiet", "--admin", "0", "--idle-timeout", "60"}, backend)));
  const std::uint16_t port = httpd.listening_port();
  const std::uint16_t admin = admin_port(httpd);
  REQUIRE(admin != 0);
  CHECK(metrics(admin).at("httpd_connections_limit") == 40);
  const int rounds = backend == "epoll" ? 3 : 1;  // each takes a second
  for (int round = 0; round < rounds; ++round) {
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
  const ServedFolder folder;
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
  const std::string backend = GENERATE(from_range(backend_names()));
  INFO(backend);
  const ServedFolder folder;
  Child httpd(real(folder,
                   {"--quiet", "--workers", "2", "--access-log", folder.log(), "--admin", "0",
                    "--max-connections", "100"},
                   backend));
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
  const std::string backend = GENERATE(from_range(backend_names()));
  INFO(backend);
  const ServedFolder folder;
  const std::string recording = (folder.path / "run.rec").string();
  Child httpd(
      real(folder, {"--admin", "0", "--access-log", folder.log(), "--record", recording}, backend));
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
  const ServedFolder folder;
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
  const bool has_workers = GENERATE(false, true);
  for (const Row& row : rows) {
    INFO(row.sentence << (has_workers ? ", with two workers" : ""));
    Arguments arguments = row.arguments;
    if (has_workers) arguments.insert(arguments.end(), {"--workers", "2"});
    const Finished run = run_child(arguments);
    CHECK(run.exit_code == 2);
    if (!has_workers) CHECK(run.out.empty());  // or one of them has listened by then
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
