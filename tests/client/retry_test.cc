// Retries: what is tried again and what never, how long is waited, whom the jitter comes from.
#include "net/client/retry.h"

#include <set>

#include "scheduler/group.h"
#include "scheduler/run.h"
#include "scheduler/sleep.h"
#include "tests/client/fetching.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using http::backoff;
using http::Client;
using http::FetchOptions;
using http::retry_after;
using http::RetryOptions;

FetchOptions with_retries(unsigned most) {
  FetchOptions options;
  options.retry.most_retries = most;
  return options;
}

const std::string kBusy = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n";

TEST_CASE("the wait doubles up to its bound") {
  const RetryOptions options{5, milliseconds(500), seconds(3)};
  CHECK(backoff(options, 0) == milliseconds(500));
  CHECK(backoff(options, 1) == seconds(1));
  CHECK(backoff(options, 2) == seconds(2));
  CHECK(backoff(options, 3) == seconds(3));
  CHECK(backoff(options, 4'000'000'000u) == seconds(3));
}

TEST_CASE("Retry-After is seconds or a date") {
  const WallTime now{784'111'777'000'000'000};  // Sun, 06 Nov 1994 08:49:37 GMT
  CHECK(retry_after("120", now) == seconds(120));
  CHECK(retry_after("0", now) == Duration());
  CHECK(retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now) == seconds(10));
  CHECK(retry_after("Sun, 06 Nov 1994 08:49:07 GMT", now) == Duration());
  CHECK(retry_after("18446744073709551615", now) == seconds(1'000'000'000));
  for (const char* text : {"", "-1", "1.5", "soon", "1 2"}) {
    CHECK(retry_after(text, now) == std::nullopt);
  }
}

TEST_CASE("what may pass is tried again, so often and no more") {
  for (const Script& script :
       {Script{close()}, Script{reset()}, Script{send("HTTP/1.1 2"), reset()},
        Script{send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), close()},
        Script{send(kBusy + "\r\nbusy")}}) {
    ScriptedOrigin origin;
    origin.on("/", script);
    origin.on("/", script);
    origin.on("/", {send(page("at last"))});
    const Fetched fetched = fetch_alone(origin, with_retries(2));
    CHECK(fetched.body == "at last");
    CHECK(fetched.retries == 2);
    CHECK(origin.count("/") == 3);

    ScriptedOrigin worse;
    worse.on("/", script);
    CHECK(fetch_alone(worse, with_retries(2)).word() != "200");
    CHECK(worse.count("/") == 3);
    ScriptedOrigin once;
    once.on("/", script);
    fetch_alone(once);
    CHECK(once.count("/") == 1);
  }
}

TEST_CASE("429, 502, 503 and 504 are tried again, and other statuses are pages") {
  for (const int status : {200, 400, 404, 408, 429, 500, 501, 502, 503, 504}) {
    ScriptedOrigin origin;
    origin.on("/",
              {send("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 0\r\n\r\n")});
    CHECK(fetch_alone(origin, with_retries(1)).status == status);
    const bool is_retried = status == 429 || status >= 502;
    CHECK(origin.count("/") == (is_retried ? 2 : 1));
  }
}

TEST_CASE("what the server means, and what cannot pass, is not tried again") {
  for (const Script& script :
       {Script{send("SSH-2.0\r\n\r\n")}, Script{send(page(std::string(2'000'000, 'x')))},
        Script{send(page("x", "Content-Encoding: gzip\r\n"))}}) {
    ScriptedOrigin origin;
    origin.on("/", script);
    CHECK(fetch_alone(origin, with_retries(3)).fault.has_value());
    CHECK(origin.count("/") == 1);
  }
  ScriptedOrigin nobody;
  CHECK(fetch_alone(nobody, with_retries(3), request_of("GET", "http://nobody.test/")).word() ==
        "no_address");
  CHECK(fetch_alone(nobody, with_retries(3), request_of("GET", "http://nobody.test/")).retries ==
        0);
}

TEST_CASE("only a request that may be repeated is") {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
    ScriptedOrigin origin;
    origin.on("/", {close()});
    fetch_alone(origin, with_retries(1), request_of(method));
    CHECK(origin.count("/") == 2);
  }
  for (const char* method : {"POST", "PATCH"}) {
    ScriptedOrigin origin;
    origin.on("/", {close()});
    CHECK(fetch_alone(origin, with_retries(1), request_of(method)).word() == "truncated");
    CHECK(origin.count("/") == 1);
    ScriptedOrigin busy;
    busy.on("/", {send(kBusy + "\r\nbusy")});
    CHECK(fetch_alone(busy, with_retries(1), request_of(method)).body == "busy");
    CHECK(busy.count("/") == 1);
  }
  CHECK_FALSE(request_of("LOCK").may_repeat());
  CHECK_FALSE(request_of("get").may_repeat());  // methods have a case
}

TEST_CASE("a sink that has seen a part of the body sees no other one") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), close()});
  std::string seen;
  simulate(origin, {}, [&]() -> Task<> {
    Client client(with_retries(3));
    try {
      co_await client.fetch(request_of("GET"),
                            [&](const http::Page&, std::string_view piece) { seen += piece; });
    } catch (const http::FetchError&) {
      seen += "!";
    }
  });
  CHECK(seen == "ab!");
  CHECK(origin.count("/") == 1);

  ScriptedOrigin busy;
  busy.on("/", {send(kBusy + "\r\nbusy")});
  busy.on("/", {send(page("page"))});
  seen.clear();
  simulate(busy, {}, [&]() -> Task<> {
    Client client(with_retries(3));
    co_await client.fetch(request_of("GET"),
                          [&](const http::Page&, std::string_view piece) { seen += piece; });
  });
  CHECK(seen == "page");
  CHECK(busy.connections() == 1);
}

TEST_CASE("a server's Retry-After is the least that is waited") {
  for (const char* asked : {"3", "Sat, 01 Jan 2000 00:00:04 GMT"}) {  // the simulation's epoch
    ScriptedOrigin origin;
    origin.on("/", {send(kBusy + "Retry-After: " + asked + "\r\n\r\nbusy")});
    origin.on("/", {send(page("free"))});
    const Fetched fetched = fetch_alone(origin, with_retries(1));
    CHECK(fetched.body == "free");
    CHECK(fetched.elapsed >= seconds(3));
    CHECK(fetched.elapsed < seconds(5));
  }
}

TEST_CASE("a server that asks for more patience than there is is not asked again") {
  for (const char* asked : {"31", "86400", "Sun, 01 Jan 2040 00:00:00 GMT"}) {
    ScriptedOrigin origin;
    origin.on("/", {send(kBusy + "Retry-After: " + asked + "\r\n\r\nbusy")});
    FetchOptions options = with_retries(5);
    options.deadline = seconds(1000);
    const Fetched fetched = fetch_alone(origin, options);
    CHECK(fetched.body == "busy");
    CHECK(fetched.elapsed < seconds(1));
    CHECK(origin.count("/") == 1);
  }
}

TEST_CASE("a retry that could not begin before the deadline is not waited for") {
  ScriptedOrigin origin;
  origin.on("/", {close()});
  FetchOptions options = with_retries(100);
  options.deadline = seconds(10);
  const Fetched fetched = fetch_alone(origin, options);
  CHECK(fetched.word() == "truncated");  // what went wrong, and not that time went by
  CHECK(fetched.elapsed < seconds(10));
  CHECK(origin.count("/") > 2);
}

TEST_CASE("jitter comes from the seed: the same for the same, another for another") {
  const auto elapsed = [](std::uint64_t seed) {
    ScriptedOrigin origin;
    origin.on("/", {close()});
    return fetch_alone(origin, with_retries(3), request_of("GET"), {seed}).elapsed;
  };
  std::set<std::int64_t> lengths;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Duration length = elapsed(seed);
    CHECK(length == elapsed(seed));
    CHECK(length < milliseconds(500 + 1000 + 2000 + 100));
    lengths.insert(length.ns);
  }
  CHECK(lengths.size() == 40);
  CHECK(*lengths.rbegin() - *lengths.begin() > 1'000'000'000);  // it is full jitter
}

TEST_CASE("without an oracle the whole wait is waited") {
  ScriptedOrigin origin;
  origin.on("/", {close()});
  simnet::Network network;
  network.add_host(kSite);
  Fetched fetched;
  const auto scenario = [&]() -> Task<> {
    Group serving;
    serving.spawn_on(1, origin.serve(80));
    co_await sleep(milliseconds(1));
    Client client(with_retries(2));
    fetched = co_await fetch_one(client, request_of("GET"));
  };
  run(scenario(), network);
  CHECK(fetched.elapsed > milliseconds(1500));
  CHECK(fetched.elapsed < milliseconds(1600));
}

}  // namespace
}  // namespace rill::testing
