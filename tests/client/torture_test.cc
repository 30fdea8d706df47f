// Torture, as curl does it: a scenario of four requests runs once for each call that it makes, and
// each time that call fails, in every way that it can. No crash, no leak, no hang; what comes out
// is the right page or a typed error, and never a wrong page.
#include <cerrno>

#include "scheduler/group.h"
#include "scheduler/run.h"
#include "scheduler/sleep.h"
#include "tests/client/failing_backend.h"
#include "tests/client/fetching.h"
#include "tests/http/coded.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using http::Client;
using http::FetchOptions;

constexpr std::size_t kWays = 4;

/// Way number `way` in which an operation goes wrong.
std::int64_t failure_of(OpKind kind, std::size_t way) {
  if (way == kWays - 1) return FailingBackend::kSilence;
  switch (kind) {
    case OpKind::connect:
      return -std::array{ECONNREFUSED, EMFILE, ENETUNREACH}[way];
    case OpKind::resolve:
      return -std::array{ENOENT, EAGAIN, ENOMEM}[way];
    case OpKind::recv:
      return -std::array{ECONNRESET, ETIMEDOUT, 0}[way];  // 0: the end of the stream
    case OpKind::send:
      return -std::array{EPIPE, ECONNRESET, ENOBUFS}[way];
    default:
      return -EIO;
  }
}

const std::string kContent(30'000, 'c');

void teach(ScriptedOrigin& origin) {
  const std::string coded = http::gzip(kContent);
  origin.on("/", {send(redirect("/page"))});
  origin.on("/page", {send(page(coded, "Content-Encoding: gzip\r\n"))});
  origin.on("/post", {send(page("thanks"))});
  origin.on("/pulled", {send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
                        pause(milliseconds(5)), send("3\r\ndef\r\n0\r\n\r\n")});
}

/// "right", or the fault.
std::string judge(const Fetched& fetched, const std::string& expected) {
  if (fetched.fault) return fetched.word();
  return fetched.status == 200 && fetched.body == expected ? "right" : "WRONG PAGE";
}

Task<std::string> pull(Client& client) {
  try {
    http::FetchResponse response = co_await client.start(request_of("GET", kHome + "pulled"));
    const std::string body = co_await response.read_all();
    co_return body == "abcdef" ? "right" : "WRONG PAGE";
  } catch (const http::FetchError& error) {
    co_return std::string(http::to_string(error.fault()));
  }
}

Task<> fetch_four(const FetchOptions& options, std::vector<std::string>& words) {
  Client client(options);
  const Fetched first = co_await fetch_one(client, request_of("GET"));
  words.push_back(judge(first, kContent));
  http::FetchRequest post = request_of("POST", kHome + "post");
  post.body = std::string(100'000, 'p');
  const Fetched second = co_await fetch_one(client, std::move(post));
  words.push_back(judge(second, "thanks"));
  std::string third = co_await pull(client);
  words.push_back(std::move(third));
  const Fetched fourth = co_await fetch_one(client, request_of("HEAD", kHome + "page"));
  words.push_back(judge(fourth, ""));
}

struct Torture {
  std::uint64_t calls = 0;   // that failed, one in each run
  std::uint64_t errors = 0;  // that the program saw
};

Torture torture(const FetchOptions& options, std::size_t way) {
  Torture total;
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(way, nth);
    const std::uint64_t frames = frame_pool.blocks_in_use();
    simnet::Network network;
    network.add_host(kSite);
    network.add_host("client");
    FailingBackend backend(network, 2, nth, [way](OpKind kind) { return failure_of(kind, way); });
    ScriptedOrigin origin;
    teach(origin);
    std::vector<std::string> words;
    const auto scenario = [&]() -> Task<> {
      Group serving;
      serving.spawn_on(1, origin.serve(80));
      co_await sleep(milliseconds(1));
      TaskRef fetching = spawn_on(2, fetch_four(options, words));
      co_await join(fetching);
      co_await serving.cancel();
    };
    run(scenario(), backend);
    REQUIRE(words.size() == 4);
    for (const std::string& word : words) {
      CHECK(word != "WRONG PAGE");
      total.errors += word == "right" ? 0 : 1;
    }
    REQUIRE(network.open_sockets() == 0);
    REQUIRE(frame_pool.blocks_in_use() == frames);
    if (!backend.has_struck()) {
      CHECK(words == std::vector<std::string>(4, "right"));
      return total;
    }
    ++total.calls;
  }
}

FetchOptions patient(unsigned retries) {
  FetchOptions options;
  options.idle_timeout = seconds(1);
  options.connect_timeout = seconds(1);
  options.deadline = seconds(20);
  options.most_connections_per_host = 1;
  options.retry.most_retries = retries;
  return options;
}

TEST_CASE("whichever call fails, however it fails, there is the right page or a typed error") {
  for (std::size_t way = 0; way < kWays; ++way) {
    const Torture total = torture(patient(0), way);
    CAPTURE(way);
    CHECK(total.calls > 10);
    CHECK(total.errors > total.calls / 3);  // a stale connection and a second address help some
  }
}

TEST_CASE("with a retry, one failing call costs no page but that of a POST") {
  for (std::size_t way = 0; way < kWays; ++way) {
    CAPTURE(way);
    const Torture total = torture(patient(1), way);
    CHECK(total.calls > 10);
    CHECK(total.errors < torture(patient(0), way).errors);
  }
}

}  // namespace
}  // namespace rill::testing
