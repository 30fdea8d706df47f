// Torture on real sockets: every system call under the four fetches, the server's too, fails in
// turn with every error that it may give. They end with the right page or a typed error, and no
// descriptor is left.
#include "net/net.h"
#include "tests/client/four_fetches.h"
#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

struct Seen {
  std::vector<std::string> words;
  bool could_listen = false;
};

Task<> whole(Seen& seen, Duration patience) {
  ScriptedOrigin origin;
  teach_four(origin);
  try {
    Listener listener("127.0.0.1", 0);
    if (listener.address().port == 0) co_return;  // getsockname(2) has failed
    seen.could_listen = true;
    const std::string site = "http://127.0.0.1:" + std::to_string(listener.address().port) + "/";
    Group serving;
    serving.spawn(origin.serve(std::move(listener)));
    co_await fetch_four(patient(0, patience), site, seen.words);
    co_await serving.cancel();
  } catch (const NetError&) {
    // the listener's: the fetches' own are words
  }
}

Seen run_once(Duration patience = 10_s) {
  Seen seen;
  EpollBackend backend({.syscalls = &kFaultySyscalls, .names = {}});
  run(whole(seen, patience), backend);
  return seen;
}

/// How many fetches failed, over all calls and errors.
int fail_each(std::initializer_list<Call> calls, std::initializer_list<int> errors) {
  const int descriptors = open_descriptors();
  const std::uint64_t frames = frame_pool.blocks_in_use();
  int failed = 0;
  for (const Call call : calls) {
    for (const int error : errors) {
      for (int nth = 1;; ++nth) {
        call_log = {};
        call_log.fail(call, nth, error);
        CAPTURE(kCallNames[static_cast<std::size_t>(call)], nth, error);
        const Seen seen = run_once(error == EINTR ? 10_s : 200_ms);
        if (call_log.failures > 0) break;  // fewer such calls are made: all have failed
        REQUIRE(open_descriptors() == descriptors);
        REQUIRE(frame_pool.blocks_in_use() == frames);
        if (seen.could_listen) REQUIRE(seen.words.size() == 4);
        for (const std::string& word : seen.words) {
          CHECK(word != kWrongPage);
          if (error == EINTR) CHECK(word == "right");
          failed += word == "right" ? 0 : 1;
        }
      }
    }
  }
  return failed;
}

TEST_CASE("without faults all four fetches are right") {
  call_log = {};
  CHECK(run_once().words == kAllRight);
}

TEST_CASE("recv and send: each error, at each call") {
  CHECK(fail_each({Call::recv, Call::send}, {ECONNRESET, ENOMEM, EPIPE}) > 0);
}

TEST_CASE("opening connections: each error, at each call") {
  CHECK(fail_each({Call::socket, Call::connect}, {ECONNREFUSED, EMFILE, ENETUNREACH}) > 0);
}

TEST_CASE("closing and registering: each error, at each call") {
  fail_each({Call::epoll_ctl}, {ENOMEM, ENOSPC});
  fail_each({Call::close, Call::getsockopt, Call::setsockopt, Call::getsockname}, {EIO, ENOBUFS});
}

TEST_CASE("an interrupted call is nobody's concern") {
  CHECK(fail_each({Call::recv, Call::send, Call::close}, {EINTR}) == 0);
}

}  // namespace
}  // namespace rill::testing
