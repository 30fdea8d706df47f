// TLS over sockets whose system calls fail, each in turn and with every error it may give, on each
// real backend: the program ends, by itself or with an error in a task, leaves nothing behind, and
// never takes a stream that broke for a whole one.
#include <set>
#include <string>

#include "net/net.h"
#include "net/tls/tls.h"
#include "tests/real/workbench.h"
#include "tests/tls/identities.h"

namespace rill::testing {
namespace {

constexpr std::size_t kLargeBytes = 300'000;

struct Seen {
  int finished = 0;
  int net_errors = 0;
  bool is_whole = false;  ///< the client has had everything, and the goodbye behind it
  std::string last_error;
  std::set<std::string> failed;  ///< what a task was about when an error was told
};

/// `about` is what the task does now; whoever does it keeps it up to date.
Task<> guarded(Task<> body, Seen& seen, const std::string& about) {
  try {
    co_await std::move(body);
    ++seen.finished;
  } catch (const NetError& error) {
    ++seen.net_errors;
    seen.last_error = error.what();
    seen.failed.insert(about);
  }
}

Task<> serve(Listener& listener, std::string& about) {
  about = "accept";
  Connection plain = co_await listener.accept();
  about = "handshake";
  Connection client = co_await tls_accept(std::move(plain), server_identity());
  about = "read";
  const std::string line = co_await client.readline();
  about = "write";
  co_await client.sendall(line + std::string(kLargeBytes, 'a'));
  about = "shutdown";
  client.shutdown_write();
  about = "read";
  // The client's goodbye; what it said before that was read.
  const std::string rest = co_await client.recv(100);
  CHECK(rest.empty());
}

Task<> ask(const Address& to, Seen& seen, std::string& about) {
  about = "connect";
  Connection plain = co_await connect(to);
  about = "handshake";
  Connection server = co_await tls_connect(std::move(plain), trusting_client(), "localhost");
  about = "write";
  co_await server.sendall("a line\n");
  about = "read";
  std::size_t got = 0;
  for (;;) {
    const std::string more = co_await server.recv(100'000);
    if (more.empty()) break;
    got += more.size();
  }
  CHECK(got == 7 + kLargeBytes);  // an end before that is an error, not an end
  seen.is_whole = got == 7 + kLargeBytes;
  about = "shutdown";
  server.shutdown_write();
}

Seen run_once() {
  Seen seen;
  const auto backend =
      make_real_backend({.syscalls = &kFaultySyscalls, .names = {}}, kFaultyRingCalls);
  Outcome outcome = Outcome::finished;
  std::string server_is_about;
  std::string client_is_about;
  const auto both = [&]() -> Task<> {
    Listener listener("127.0.0.1", 0);
    TaskRef serving =
        spawn(guarded(serve(listener, server_is_about), seen, server_is_about)).named("server");
    co_await guarded(ask(listener.address(), seen, client_is_about), seen, client_is_about);
    if (seen.net_errors > 0) listener.close();  // or the server waits for a client for ever
    co_await join(serving);
  };
  const auto whole = [&]() -> Task<> {
    outcome = co_await timeout(20_s, guarded(both(), seen, "listen"));
  };
  run(whole(), *backend);
  CHECK(outcome == Outcome::finished);
  return seen;
}

/// Whether it moves bytes of the stream, or waits for them.
bool is_of_stream(Call call) {
  return call == Call::recv || call == Call::send || call == Call::ring_recv ||
         call == Call::ring_send || call == Call::ring_poll || call == Call::ring_turn;
}

/// `must_fail` is what must have been seen to fail, of what the program is about, by a fault of any
/// of the calls. Each of the calls must be made.
void check_every_fault(std::initializer_list<Call> calls, std::initializer_list<int> errors,
                       std::initializer_list<const char*> must_fail = {}) {
  const int descriptors = open_descriptors();
  const std::uint64_t frames = frame_pool.blocks_in_use();
  std::set<std::string> failed;
  for (const Call call : calls) {
    int faults = 0;
    for (const int error : errors) {
      for (int nth = 1;; ++nth) {
        call_log = {};
        call_log.fail(call, nth, error);
        CAPTURE(kCallNames[static_cast<std::size_t>(call)], nth, error);
        const Seen seen = run_once();
        CAPTURE(seen.last_error);
        if (call_log.failures > 0) break;  // it makes fewer such calls: all have failed
        ++faults;
        failed.insert(seen.failed.begin(), seen.failed.end());
        REQUIRE(open_descriptors() == descriptors);
        REQUIRE(frame_pool.blocks_in_use() == frames);
        // Nobody hears of it where nothing was lost: of a recv after the peer's goodbye.
        const bool is_all_well = seen.is_whole && seen.finished == 3;
        const bool is_passing = error == EINTR || error == EAGAIN;
        if (is_of_stream(call) && is_passing) {
          CHECK(is_all_well);
        } else {
          CHECK((is_all_well || seen.net_errors > 0));
        }
      }
    }
    CAPTURE(kCallNames[static_cast<std::size_t>(call)]);
    CHECK(faults > 0);
  }
  for (const std::string what : must_fail) {
    CAPTURE(what);
    CHECK(failed.contains(what));
  }
}

RILL_ON_EACH("without faults the program of this test has its stream, whole") {
  call_log = {};
  const Seen seen = run_once();
  CHECK(seen.finished == 3);
  CHECK(seen.net_errors == 0);
  CHECK(seen.is_whole);
}

RILL_ON_EACH("an error of recv or send under TLS is told, and is no end of the stream") {
  check_every_fault({Call::recv}, {EINTR, ECONNRESET, ENOMEM, ETIMEDOUT}, {"handshake", "read"});
  check_every_fault({Call::send}, {EINTR, ECONNRESET, ENOMEM, EPIPE, ETIMEDOUT}, {"write"});
}

RILL_ON_EACH("requests of io_uring fail under TLS as calls do, and nothing hangs") {
  if (is_epoll()) return;
  check_every_fault({Call::ring_send}, {EINTR, ECONNRESET, ENOMEM, EPIPE, ETIMEDOUT},
                    {"handshake", "write"});
  check_every_fault({Call::ring_recv, Call::ring_poll}, {EINTR, EAGAIN, ECONNRESET, ENOBUFS},
                    {"handshake"});  // whose receives go on until the stream ends
  check_every_fault({Call::ring_turn}, {EINTR, EAGAIN, EBUSY});
}

RILL_ON_EACH("opening, closing and ending fail under TLS, and nothing hangs or is left") {
  if (is_epoll()) check_every_fault({Call::epoll_ctl}, {ENOMEM, ENOSPC});
  check_every_fault({Call::connect, Call::accept4}, {EINTR, ECONNABORTED, ENOBUFS}, {"connect"});
  check_every_fault({Call::close, Call::shutdown, Call::setsockopt, Call::getsockopt},
                    {EINTR, EIO, ENOMEM}, {"shutdown"});
}

}  // namespace
}  // namespace rill::testing
