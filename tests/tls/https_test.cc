// https from end to end on the simulated network: httpd behind its door, and the HTTP client.
#include <csignal>
#include <functional>
#include <optional>

#include "lessons/common/program.h"
#include "lessons/common/tls/door.h"
#include "lessons/crawler/crawl.h"
#include "lessons/crawler/report.h"
#include "lessons/httpd/memory_site.h"
#include "lessons/httpd/server.h"
#include "net/client/client.h"
#include "scheduler/run.h"
#include "tests/testing/testing.h"
#include "tests/tls/simulated.h"

namespace rill::testing {
namespace {

using http::FetchError;
using http::FetchFault;
using http::FetchOptions;

std::int64_t fixed_seconds() { return 1'000'000'000; }

struct Served {
  std::uint64_t failures = 0;
  Duration stopping;
};

/// httpd with certificate `identity`, while `visit` runs on another host.
Served serve_https(const std::string& identity, const std::function<Task<>()>& visit,
                   httpd::Limits limits = {}, const std::function<void()>& at_end = {}) {
  simnet::Network network;
  const HostId server = network.add_host("server");
  const HostId client = network.add_host("client");
  network.add_name("other", {network.address(server)});
  httpd::MemorySite site;
  site.set("index.html", "home\n");
  site.set("large", pattern_bytes(1'000'000));
  site.set("linked/index.html", "<a href=a.html>a</a> <a href='//server/linked/b.html'>b</a>");
  site.set("linked/a.html", "<a href=b.html>b</a> <a href=/missing>?</a>");
  site.set("linked/b.html", "<a href=./>up</a>");
  httpd::Service service(site, limits, fixed_seconds);
  lesson::Settings settings;
  settings.port = 443;
  settings.is_quiet = true;
  Served served;
  const auto main = [&]() -> Task<> {
    lesson::Door door({testdata_path(identity + ".pem"), testdata_path(identity + ".key")});
    service.welcome = [&](Connection& c) { return door.enter(c, service.limits.header); };
    const TaskRef serving = spawn_on(server, httpd::serve(settings, service));
    co_await sleep(1_ms);
    const TaskRef visiting = spawn_on(client, visit());
    co_await join(visiting);
    const Instant begun = now();
    network.raise_signal(server, SIGTERM);
    co_await join(serving);
    served.stopping = now() - begun;
    served.failures = door.failures();
    if (at_end) at_end();
  };
  SeededOracle oracle(1);
  RunOptions options;
  options.oracle = &oracle;
  run(main(), network, options);
  CHECK(network.open_sockets() == 0);
  return served;
}

FetchOptions trusting() {
  FetchOptions options;
  options.trust = trusting_client();
  return options;
}

/// The fault of a fetch of https://HOST/, and its sentence.
std::string fault_of(const std::string& identity, const FetchOptions& options,
                     const std::string& url = "https://server/") {
  std::string said;
  serve_https(identity, [&]() -> Task<> {
    try {
      co_await http::fetch(url, options);
    } catch (const FetchError& error) {
      said = std::string(to_string(error.fault())) + " " + error.what();
    }
  });
  return said;
}

TEST_CASE("pages come over https, on one connection, large ones too", "[https]") {
  const Served served = serve_https("server", []() -> Task<> {
    http::Client client(trusting());
    http::Page home = co_await client.fetch("https://server/");
    CHECK(home.status == 200);
    CHECK(home.body == "home\n");
    http::Page large = co_await client.fetch("https://server/large");
    CHECK((large.body == pattern_bytes(1'000'000)));
    http::Page missing = co_await client.fetch("https://server/missing");
    CHECK(missing.status == 404);
    CHECK(client.connections_opened() == 1);
  });
  CHECK(served.failures == 0);
}

TEST_CASE("each doubt about the server's certificate is a fault with a sentence", "[https]") {
  CHECK(fault_of("server", trusting(), "https://10.0.0.1/").empty());
  CHECK(fault_of("expired", trusting()) ==
        "bad_certificate https://server/: no TLS with server: its certificate has expired");
  CHECK(fault_of("untrusted", trusting()) ==
        "bad_certificate https://server/: no TLS with server: its certificate is signed by nobody "
        "whom we trust");
  CHECK(fault_of("server", trusting(), "https://other/") ==
        "bad_certificate https://other/: no TLS with other: its certificate is for other hosts, "
        "not for other");
  CHECK(fault_of("server", FetchOptions()) ==
        "no_tls https://server/: no TLS with server: a simulated run has no system whose "
        "authorities to trust: use TlsClientContext::trusting()");
}

/// What a crawl that trusts the authority in `file` makes of the site.
crawler::CrawlSummary crawl(const std::string& file, std::string& report) {
  crawler::CrawlSummary summary;
  serve_https("server", [&]() -> Task<> {
    crawler::CrawlOptions options;
    options.trust = TlsClientContext::trusting_file(testdata_path(file));
    crawler::Crawl crawl(http::Url::parse("https://server/linked/").value(), options);
    co_await crawl.run();
    summary = crawler::summary_of(crawl);
    report = crawler::report_of(crawl, 5);
  });
  return summary;
}

TEST_CASE("a crawl follows the links of an https site whose authority it was told", "[https]") {
  std::string report;
  const crawler::CrawlSummary whole = crawl("authority.pem", report);
  INFO(report);
  CHECK(whole.pages == 3);
  CHECK(whole.broken == 1);  // the link that leads nowhere
  const crawler::CrawlSummary nothing = crawl("other_authority.pem", report);
  INFO(report);
  CHECK(nothing.pages == 0);
  CHECK(report.find("signed by nobody whom we trust") != std::string::npos);
}

TEST_CASE("http to the https port is no page, and harms nobody", "[https]") {
  const Served served = serve_https("server", []() -> Task<> {
    FetchFault fault = FetchFault::bad_url;
    try {
      co_await http::fetch("http://server:443/", trusting());
    } catch (const FetchError& error) {
      fault = error.fault();
    }
    CHECK((fault == FetchFault::connection_lost || fault == FetchFault::malformed ||
           fault == FetchFault::truncated));
    http::Page home = co_await http::fetch("https://server/", trusting());
    CHECK(home.body == "home\n");
  });
  CHECK(served.failures == 1);
}

TEST_CASE("https to an http port is told", "[https]") {
  std::string said;
  simnet::Network network;
  const HostId server = network.add_host("server");
  const auto main = [&]() -> Task<> {
    const TaskRef serving = spawn_on(server, []() -> Task<> {
      Listener listener("", 443);
      Connection connection = co_await listener.accept();
      co_await connection.recv(1000);
      co_await connection.sendall("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    co_await sleep(1_ms);
    try {
      co_await http::fetch("https://server/", trusting());
    } catch (const FetchError& error) {
      said = error.what();
    }
    co_await join(serving);
  };
  run(main(), network);
  CHECK(said == "https://server/: no TLS with server: the server does not speak TLS at this port");
}

TEST_CASE("clients that do not finish their handshake hold nobody up, and are let go", "[https]") {
  httpd::Limits limits;
  limits.header = 3_s;
  Duration took;
  Duration held;
  const Served served = serve_https(
      "server",
      [&]() -> Task<> {
        Group slow;
        for (int i = 0; i < 50; ++i) {
          slow.spawn([&]() -> Task<> {
            Connection plain = co_await connect("server", 443);
            co_await plain.sendall("\x16\x03\x01");
            const Instant begun = now();
            try {
              co_await read_all(plain);
            } catch (const NetError&) {
              // or a reset: its bytes were not all read
            }
            held = std::max(held, now() - begun);
          });
        }
        co_await sleep(10_ms);
        const Instant begun = now();
        co_await http::fetch("https://server/", trusting());
        took = now() - begun;
        co_await slow.wait();
      },
      limits);
  CHECK(took < 1_s);
  CHECK(held > 2_s);
  CHECK(held < 4_s);
  CHECK(served.failures == 50);
}

TEST_CASE("a server that stops does not wait for handshakes", "[https]") {
  std::optional<Connection> silent;
  const auto visit = [&]() -> Task<> {
    silent = co_await connect("server", 443);
    co_await sleep(10_ms);
  };
  const Served served = serve_https("server", visit, {}, [&] { silent.reset(); });
  CHECK(served.stopping < 1_s);
}

}  // namespace
}  // namespace rill::testing
