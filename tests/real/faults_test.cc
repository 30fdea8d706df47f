// Every system call of the backend fails in turn, with every error it may give, at the first,
// second, third ... call, under a program of about 50 steps: it must end, by itself or with a
// NetError in the task that made the call, and leave no descriptor behind.
#include <fcntl.h>

#include <csignal>
#include <string>
#include <vector>

#include "net/fd.h"
#include "net/net.h"
#include "net/signal.h"
#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

/// What the tasks of one run have seen.
struct Seen {
  int finished = 0;
  int net_errors = 0;
  std::string last_error;
};

Task<> guarded(Task<> body, Seen& seen) {
  try {
    co_await std::move(body);
    ++seen.finished;
  } catch (const NetError& error) {
    ++seen.net_errors;
    seen.last_error = error.what();
  }
}

Task<> echo_twice(Connection connection) {
  for (int i = 0; i < 2; ++i) {
    const std::string line = co_await connection.readline();
    co_await connection.sendall(line);
  }
  connection.shutdown_write();
  co_await connection.recv(10);
}

Task<> serve(Listener& listener, int connections, Seen& seen) {
  Group handlers;
  for (int i = 0; i < connections; ++i) {
    Connection connection = co_await listener.accept();
    handlers.spawn(guarded(echo_twice(std::move(connection)), seen));
  }
  co_await handlers.wait();
}

Task<> ask(const Address& to) {
  Connection connection = co_await connect(to);
  co_await connection.sendall("first line\n");
  const std::string first = co_await connection.readline();
  if (first.empty()) throw NetError("readline", to_string(to), ECONNRESET);
  CHECK(first == "first line\n");
  const std::string big(300'000, 'b');
  co_await connection.sendall(big.substr(0, 60'000) + "\n");
  std::size_t got = 0;
  while (got < 60'001) {
    const std::string more = co_await connection.recv(100'000);
    if (more.empty()) throw NetError("recv", to_string(to), ECONNRESET);
    got += more.size();
  }
  CHECK(got == 60'001);
}

/// An error costs nothing but itself: the second try does what the first could not.
template <class F>
Task<> twice_if_needed(F make) {
  try {
    co_await make();
    co_return;
  } catch (const NetError&) {
  }
  co_await make();
}

Task<> through_a_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw NetError("pipe", "", errno);
  struct Closer {
    int* fds;
    ~Closer() {
      ::close(fds[0]);
      ::close(fds[1]);
    }
  } closer{ends};
  TaskRef writer = spawn([fd = ends[1]]() -> Task<> {
    co_await sleep(1_ms);
    co_await twice_if_needed([fd] { return write_all(fd, "through"); });
  });
  co_await twice_if_needed([fd = ends[0]]() -> Task<> {
    const std::string text = co_await read(fd, 100);
    CHECK(text == "through");
  });
  co_await join(writer);
}

Task<> by_signal() {
  TaskRef raiser = spawn([]() -> Task<> {
    co_await sleep(2_ms);
    // Without the wait, which may have failed, the signal would end the process.
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    if (sigismember(&blocked, SIGUSR1) == 1) ::raise(SIGUSR1);
  });
  const int number = co_await signal({SIGUSR1, SIGUSR2});
  CHECK(number == SIGUSR1);
  co_await join(raiser);
}

/// A head, and 200,000 bytes of a file behind it.
Task<> by_sendfile() {
  constexpr std::size_t kFileBytes = 200'000;
  struct File {
    std::FILE* stream = std::tmpfile();
    ~File() { std::fclose(stream); }
  } file;
  const int fd = ::fileno(file.stream);
  if (::ftruncate(fd, kFileBytes) != 0) throw NetError("ftruncate", "", errno);
  Listener listener("127.0.0.1", 0);
  Connection to = co_await connect(listener.address());
  // Its error is kept: the writer's, which follows from it, may come first.
  int reader_error = 0;
  Group reader;
  reader.spawn([&listener, &reader_error]() -> Task<> {
    try {
      Connection from = co_await listener.accept();
      std::size_t got = 0;
      for (;;) {
        const std::string more = co_await from.recv(100'000);
        if (more.empty()) break;
        got += more.size();
      }
      CHECK(got == 4 + kFileBytes);
    } catch (const NetError& error) {
      reader_error = error.error();
    }
  });
  co_await to.sendall("head", More::follows);
  const Sent sent = co_await to.sendfile(fd, 0, kFileBytes + 1);
  CHECK(sent.bytes == kFileBytes);
  to.shutdown_write();
  co_await reader.wait();
  if (reader_error != 0) throw NetError("recv", "the file's reader", reader_error);
}

Task<> program(Seen& seen) {
  Listener listener("127.0.0.1", 0);
  Group tasks;
  tasks.spawn(guarded(serve(listener, 2, seen), seen)).named("server");
  Group clients;
  clients.spawn(guarded(ask(listener.address()), seen));
  clients.spawn(guarded(ask(listener.address()), seen));
  clients.spawn(guarded(through_a_pipe(), seen));
  clients.spawn(guarded(by_signal(), seen));
  clients.spawn(guarded(by_sendfile(), seen));
  co_await clients.wait();
  // If a client could not connect the server waits for it for ever.
  if (seen.net_errors > 0) {
    listener.close();
  }
  co_await tasks.wait();
}

/// Runs the program with the faults that call_log asks for; gives what its tasks saw.
Seen run_once() {
  Seen seen;
  const auto backend =
      make_real_backend({.syscalls = &kFaultySyscalls, .names = {}}, kFaultyRingCalls);
  Outcome outcome = Outcome::finished;
  const auto whole = [&]() -> Task<> {
    outcome = co_await timeout(10_s, guarded(program(seen), seen));
  };
  run(whole(), *backend);
  CHECK(outcome == Outcome::finished);
  return seen;
}

void check_every_fault(std::initializer_list<Call> calls, std::initializer_list<int> errors) {
  const int descriptors = open_descriptors();
  const std::uint64_t frames = frame_pool.blocks_in_use();
  for (const Call call : calls) {
    int faults = 0;
    for (const int error : errors) {
      for (int nth = 1;; ++nth) {
        call_log = {};
        call_log.fail(call, nth, error);
        CAPTURE(kCallNames[static_cast<std::size_t>(call)], nth, error);
        const Seen seen = run_once();
        CAPTURE(seen.last_error);
        if (call_log.failures > 0) break;  // the program makes fewer such calls: all have failed
        ++faults;
        REQUIRE(open_descriptors() == descriptors);
        REQUIRE(frame_pool.blocks_in_use() == frames);
        if (error == EINTR || error == EAGAIN) continue;
        if (call == Call::recv || call == Call::send || call == Call::sendfile ||
            call == Call::ring_send || call == Call::connect || call == Call::socket ||
            call == Call::signalfd) {
          CHECK(seen.net_errors > 0);
        }
      }
    }
    CAPTURE(kCallNames[static_cast<std::size_t>(call)]);
    CHECK(faults > 0);
  }
}

RILL_ON_EACH("Without faults the program of this test does all its steps") {
  call_log = {};
  const Seen seen = run_once();
  CHECK(seen.finished == 9);
  CHECK(seen.net_errors == 0);
  std::vector<Call> made = {Call::socket,   Call::connect,  Call::accept4, Call::recv,
                            Call::send,     Call::close,    Call::poll,    Call::preadv2,
                            Call::pwritev2, Call::signalfd, Call::read};
  if (is_epoll()) {
    made.insert(made.end(), {Call::epoll_ctl, Call::epoll_pwait2});
  } else {
    made.insert(made.end(), {Call::ring_recv, Call::ring_send, Call::ring_poll, Call::ring_accept,
                             Call::ring_turn});
  }
  for (const Call call : made) {
    CAPTURE(kCallNames[static_cast<std::size_t>(call)]);
    CHECK(call_log.count(call) > 0);
  }
}

RILL_ON_EACH("EINTR at any call is nobody's concern") {
  for (const Call call :
       {Call::accept4, Call::recv, Call::send, Call::sendfile, Call::epoll_wait, Call::epoll_pwait2,
        Call::close, Call::poll, Call::preadv2, Call::pwritev2, Call::read}) {
    for (int nth = 1;; ++nth) {
      call_log = {};
      call_log.fail(call, nth, EINTR, 2);
      CAPTURE(kCallNames[static_cast<std::size_t>(call)], nth);
      const Seen seen = run_once();
      CHECK(seen.net_errors == 0);
      if (call_log.failures > 0) break;
    }
  }
}

RILL_ON_EACH("recv and send: every error in turn surfaces in the task that waits") {
  check_every_fault({Call::recv, Call::send, Call::sendfile},
                    {EINTR, ECONNRESET, ENOMEM, ENOBUFS, ETIMEDOUT, EPIPE});
}

RILL_ON_EACH("Requests of io_uring: every error in turn, and turns that fail") {
  if (is_epoll()) return;
  check_every_fault({Call::ring_send}, {EINTR, ECONNRESET, ENOMEM, ENOBUFS, ETIMEDOUT, EPIPE});
  check_every_fault({Call::ring_recv, Call::ring_poll},
                    {EINTR, EAGAIN, ECANCELED, ECONNRESET, ENOMEM, ENOBUFS, ETIMEDOUT});
  check_every_fault({Call::ring_accept},
                    {EINTR, EAGAIN, EINVAL, ECANCELED, ECONNABORTED, EMFILE, ENOMEM, EPROTO});
  check_every_fault({Call::ring_turn}, {EINTR, EAGAIN, EBUSY, ENOMEM});
}

RILL_ON_EACH("accept and connect: every error in turn") {
  check_every_fault({Call::accept4},
                    {EINTR, ECONNABORTED, EMFILE, ENFILE, ENOMEM, ENOBUFS, EPROTO});
  check_every_fault({Call::connect}, {EINTR, ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, ENOMEM});
}

RILL_ON_EACH("Opening, closing and registering: every error in turn") {
  check_every_fault({Call::socket, Call::signalfd}, {EMFILE, ENFILE, ENOMEM, ENOBUFS, ENOSPC});
  if (is_epoll()) check_every_fault({Call::epoll_ctl}, {EMFILE, ENFILE, ENOMEM, ENOBUFS, ENOSPC});
  check_every_fault({Call::close, Call::shutdown, Call::setsockopt, Call::getsockname,
                     Call::getsockopt, Call::bind, Call::listen},
                    {EINTR, EIO, ENOMEM, ENOBUFS});
}

RILL_ON_EACH("Descriptors of the program: every error in turn") {
  check_every_fault({Call::poll, Call::preadv2, Call::pwritev2, Call::read},
                    {EINTR, EAGAIN, EIO, ENOMEM});
}

// A send that takes less than is there, though there is room: one byte of a large piece, at any
// place.
thread_local int short_send = 0;

RILL_ON_EACH("A short send anywhere loses nothing and stops nobody") {
  Syscalls syscalls = kFaultySyscalls;
  syscalls.send = [](int fd, const void* data, std::size_t size_bytes, int flags) {
    ++call_log.count(Call::send);
    return ::send(fd, data, --short_send == 0 ? 1 : size_bytes, flags);
  };
  for (int nth = 1; nth <= 8; ++nth) {
    call_log = {};
    short_send = short_ring_send = nth;
    Seen seen;
    const auto backend = make_real_backend({.syscalls = &syscalls, .names = {}}, kFaultyRingCalls);
    run(program(seen), *backend);
    CHECK(seen.finished == 8);
    CHECK(seen.net_errors == 0);
  }
}

}  // namespace
}  // namespace rill::testing
