// What is counted: each thing once, in the right place, by each worker alone, and told in the
// format that Prometheus reads.
#include "lessons/httpd/metrics.h"

#include <thread>

#include "lessons/httpd/memory_site.h"
#include "lessons/httpd/metrics_text.h"
#include "tests/lessons/httpd/exposition.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

MemorySite site() {
  MemorySite site;
  site.set("a", "first");
  site.set("long", std::string(20'000'000, 'x'));
  return site;
}

/// What a server has counted that served these clients.
Exposition count(const std::vector<Client>& clients, Setting setting = {},
                 Outcomes* outcomes = nullptr) {
  MemorySite files = site();
  Metrics metrics;
  MetricsRegistry registry;
  registry.add(metrics);
  setting.metrics = &metrics;
  const Outcomes played = run_clients(files, clients, setting);
  if (outcomes != nullptr) *outcomes = played;
  Exposition counts = read_exposition(metrics_text(registry.sum(), 1'000, std::nullopt));
  CHECK(counts.fault.empty());
  return counts;
}

Client silent(const std::string& bytes = "") {
  Client client;
  client.half_closes = false;
  if (!bytes.empty()) client.acts = {{{}, bytes}};
  return client;
}

std::string request_count(const std::string& method, const std::string& status) {
  return "httpd_requests_total{method=\"" + method + "\",status=\"" + status + "\"}";
}

std::string deadline(const std::string& name) {
  return "httpd_deadlines_expired_total{deadline=\"" + name + "\"}";
}

TEST_CASE("requests are counted by method and status class, bytes as they leave", "[httpd]") {
  Client client;
  const std::string host = " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.acts = {{{},
                  get("/a") + get("/a") + "HEAD /a" + host + get("/none") + "HEAD /none" + host +
                      "DELETE /a" + host + "nonsense\r\n\r\n"}};
  Outcomes outcomes;
  const Exposition counts = count({client}, {}, &outcomes);
  CHECK(counts.at(request_count("GET", "2xx")) == 2);
  CHECK(counts.at(request_count("GET", "4xx")) == 1);
  CHECK(counts.at(request_count("HEAD", "2xx")) == 1);
  CHECK(counts.at(request_count("HEAD", "4xx")) == 1);
  CHECK(counts.at(request_count("other", "4xx")) == 1);
  CHECK(counts.at(request_count("none", "4xx")) == 1);
  CHECK(counts.at(request_count("GET", "5xx")) == 0);
  CHECK(counts.at("httpd_request_duration_seconds_count") == 7);
  CHECK(counts.at("httpd_sent_bytes_total") == double(outcomes.talks[0].received.size()));
  CHECK(counts.at("httpd_connections_accepted_total") == 1);
  CHECK(counts.at("httpd_connections_open") == 0);
  CHECK(counts.at("httpd_connections_limit") == 10'000);
  CHECK(counts.at("process_start_time_seconds") == 1'000);
}

TEST_CASE("the bytes of long files are counted too", "[httpd]") {
  Client client;
  client.acts = {{{}, get("/long")}};
  Outcomes outcomes;
  const Exposition counts = count({client}, {}, &outcomes);
  CHECK(counts.at("httpd_sent_bytes_total") == double(outcomes.talks[0].received.size()));
  CHECK(counts.at("httpd_sent_bytes_total") > 20'000'000);
}

TEST_CASE("each deadline that a client misses is counted once, by its name", "[httpd]") {
  CHECK(count({silent(), silent(get("/a"))}).at(deadline("idle")) == 2);
  CHECK(count({silent("GET /")}).at(deadline("header")) == 1);
  CHECK(count({silent("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")})
            .at(deadline("body")) == 1);
  Client reads_nothing = silent(get("/long"));
  reads_nothing.reads_from = 60_s;
  CHECK(count({reads_nothing}).at(deadline("write")) == 1);
  CHECK(count({reads_nothing}).at(deadline("linger")) == 0);
  Client does_not_leave = silent(get("/a", "Connection: close\r\n"));
  does_not_leave.reads_from = 60_s;
  CHECK(count({does_not_leave}).at(deadline("linger")) == 1);
  Setting stopped;
  stopped.stops_at = 1_s;
  stopped.drain = 2_s;
  Client still_reads = silent(get("/long"));
  still_reads.reads_from = 60_s;
  CHECK(count({still_reads, still_reads, silent()}, stopped).at(deadline("drain")) == 2);
  Client polite;
  polite.acts = {{{}, get("/a")}};
  const Exposition counts = count({polite});
  for (const std::string_view name : kDeadlineNames) {
    CHECK(counts.at(deadline(std::string(name))) == 0);
  }
}

TEST_CASE("durations go into the bucket of their size", "[httpd]") {
  Metrics metrics;
  for (const Duration took : {0_us, 100_us, 101_us, 500_us, 3_ms, 10_s, 11_s}) {
    metrics.count_request(CountedMethod::get, 200, took);
  }
  MetricsRegistry registry;
  registry.add(metrics);
  const Exposition counts = read_exposition(metrics_text(registry.sum(), 0, std::nullopt));
  CHECK(counts.fault.empty());
  const auto below = [&](const std::string& bound) {
    return counts.at("httpd_request_duration_seconds_bucket{le=\"" + bound + "\"}");
  };
  CHECK(below("0.0001") == 2);
  CHECK(below("0.0005") == 4);
  CHECK(below("0.001") == 4);
  CHECK(below("0.005") == 5);
  CHECK(below("1") == 5);
  CHECK(below("10") == 6);
  CHECK(below("+Inf") == 7);
  CHECK(counts.at("httpd_request_duration_seconds_sum") == 21.003701);
}

TEST_CASE("a slow request takes as long as it takes, from its first byte", "[httpd]") {
  Client client = silent();
  const std::string bytes = get("/a");
  client.acts = {{3_s, bytes.substr(0, 5)}, {2_s, bytes.substr(5)}, {4_s, bytes}};
  client.half_closes = true;
  std::vector<Duration> took;
  Setting setting;
  setting.on_access = [&](const Access& access) { took.push_back(access.took); };
  count({client}, setting);
  REQUIRE(took.size() == 2);
  CHECK((took[0] >= 2_s && took[0] < 2010_ms));
  CHECK(took[1] < 10_ms);  // the time between requests is nobody's
}

TEST_CASE("workers count alone and are summed, also while they come and go", "[httpd]") {
  MetricsRegistry registry;
  Metrics stays;
  registry.add(stays);
  constexpr int kWorkers = 4;
  constexpr int kRequests = 20'000;
  std::vector<std::thread> workers;
  for (int i = 0; i < kWorkers; ++i) {
    workers.emplace_back([&registry] {
      Metrics metrics;
      registry.add(metrics);
      for (int n = 0; n < kRequests; ++n) metrics.count_request(CountedMethod::get, 200, 1_us);
      registry.remove(metrics);
    });
  }
  std::uint64_t last = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t sum = registry.sum().requests[0][0];
    if (sum < last) FAIL("a sum went back");
    last = sum;
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(registry.sum().requests[0][0] == std::uint64_t{kWorkers} * kRequests);
  registry.remove(stays);
  CHECK(registry.sum().requests[0][0] == 0);  // the next server begins anew
}

TEST_CASE("what the process has is told where there is a process", "[httpd]") {
  const ProcessInfo process = read_process_info();
  CHECK(process.open_descriptors >= 3);
  CHECK(process.open_descriptors < process.most_descriptors);
  CHECK(process.resident_bytes > 500'000);
  const Exposition counts = read_exposition(metrics_text({}, 0, process));
  CHECK(counts.fault.empty());
  CHECK(counts.at("process_open_fds") == double(process.open_descriptors));
  CHECK(counts.at("process_max_fds") == double(process.most_descriptors));
  CHECK(counts.at("process_resident_memory_bytes") == double(process.resident_bytes));
}

TEST_CASE("the reader of the tests complains about what Prometheus would", "[httpd]") {
  const std::string good = "# HELP a_total x\n# TYPE a_total counter\na_total 1\n";
  CHECK(read_exposition(good).fault.empty());
  for (const std::string bad : {
           "# HELP a x\n# TYPE a counter\na 1\n",
           "a_total 1\n",
           "# HELP a_total x\n# TYPE a_total counter\na_total 1",
           "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"\"\"} 1\n",
           "# HELP a_total x\n# TYPE a_total counter\na_total 1\na_total 1\n",
           "# HELP a_total x\n# TYPE a_total counter\na_total 1\n# HELP b x\n# TYPE b gauge\nb 1\n"
           "# HELP a_total x\na_total{c=\"d\"} 1\n",
           "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
           "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum "
           "1\n"
           "h_count 1\n",
           "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
       }) {
    INFO(bad);
    CHECK_FALSE(read_exposition(bad).fault.empty());
  }
}

TEST_CASE("an eighth of the descriptors is for files, and some for the rest", "[httpd]") {
  static_assert(connections_below(64) == 40);
  static_assert(connections_below(1024) == 880);
  static_assert(connections_below(20'064) > 10'000);
  static_assert(connections_below(8) == 1);
}

}  // namespace
}  // namespace rill::httpd
