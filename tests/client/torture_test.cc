// Torture, as curl does it: a scenario of four requests runs once for each call that it makes, and
// each time that call fails, in every way that it can. No crash, no leak, no hang; what comes out
// is the right page or a typed error, and never a wrong page.
#include <array>
#include <cerrno>

#include "scheduler/group.h"
#include "scheduler/run.h"
#include "scheduler/sleep.h"
#include "tests/client/failing_backend.h"
#include "tests/client/four_fetches.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

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

struct Torture {
  std::uint64_t calls = 0;   // that failed, one in each run
  std::uint64_t errors = 0;  // that the program saw
};

Torture torture(const http::FetchOptions& options, std::size_t way) {
  Torture total;
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(way, nth);
    const std::uint64_t frames = frame_pool.blocks_in_use();
    simnet::Network network;
    network.add_host(kSite);
    network.add_host("client");
    FailingBackend backend(network, 2, nth, [way](OpKind kind) { return failure_of(kind, way); });
    ScriptedOrigin origin;
    teach_four(origin);
    std::vector<std::string> words;
    const auto scenario = [&]() -> Task<> {
      Group serving;
      serving.spawn_on(1, origin.serve(80));
      co_await sleep(milliseconds(1));
      TaskRef fetching = spawn_on(2, fetch_four(options, kHome, words));
      co_await join(fetching);
      co_await serving.cancel();
    };
    run(scenario(), backend);
    REQUIRE(words.size() == 4);
    for (const std::string& word : words) {
      CHECK(word != kWrongPage);
      total.errors += word == "right" ? 0 : 1;
    }
    REQUIRE(network.open_sockets() == 0);
    REQUIRE(frame_pool.blocks_in_use() == frames);
    if (!backend.has_struck()) {
      CHECK(words == kAllRight);
      return total;
    }
    ++total.calls;
  }
}

TEST_CASE("whichever call fails, however it fails, there is the right page or a typed error") {
  for (std::size_t way = 0; way < kWays; ++way) {
    const Torture total = torture(patient(0, seconds(1)), way);
    CAPTURE(way);
    CHECK(total.calls > 10);
    CHECK(total.errors > total.calls / 3);  // a stale connection and a second address help some
  }
}

TEST_CASE("with a retry, one failing call costs no page but that of a POST") {
  for (std::size_t way = 0; way < kWays; ++way) {
    CAPTURE(way);
    const Torture total = torture(patient(1, seconds(1)), way);
    CHECK(total.calls > 10);
    CHECK(total.errors < torture(patient(0, seconds(1)), way).errors);
  }
}

}  // namespace
}  // namespace rill::testing
