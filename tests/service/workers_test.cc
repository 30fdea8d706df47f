// run_workers(): one program on several threads - what reaches all of them, how they end, and that
// none is lost. Under --config=tsan it also tells that they share nothing.
#include "net/service/workers.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>

#include "net/net.h"
#include "net/posix/socket_address.h"
#include "net/service/listening_socket.h"
#include "scheduler/run.h"
#include "tests/real/on_each_backend.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

/// Makes backends of the kind that it is the turn of, on any thread.
std::function<std::unique_ptr<Backend>()> maker() {
  return [kind = real_backend] {
    const On turn(kind);
    return make_real_backend({});
  };
}

/// What run_workers throws.
std::string failure_of(unsigned count, const std::function<Task<>(Worker&)>& program) {
  try {
    run_workers(count, maker(), program);
  } catch (const WorkerFailure& failure) {
    return failure.what();
  }
  return "none";
}

Task<> wait_for_the_end(Worker& worker, std::atomic<int>& ended) {
  const int number = co_await worker.next_signal();
  if (number == SIGTERM || number == SIGINT) ++ended;
}

RILL_ON_EACH("each worker runs on a thread of its own, and knows which it is") {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::set<std::string> names;
  run_workers(3, maker(), [&](Worker& worker) -> Task<> {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    names.insert(worker.name());
    co_return;
  });
  CHECK(threads.size() == 3);
  CHECK(threads.count(std::this_thread::get_id()) == 0);
  CHECK(names == std::set<std::string>{"worker 1 of 3", "worker 2 of 3", "worker 3 of 3"});
}

RILL_ON_EACH("SIGTERM and SIGINT reach every worker, also one that does not wait yet") {
  const int number = GENERATE(SIGTERM, SIGINT);
  std::atomic<int> ended = 0;
  run_workers(3, maker(), [&](Worker& worker) -> Task<> {
    if (worker.index() == 0) ::kill(::getpid(), number);
    if (worker.index() == 1) co_await sleep(50_ms);
    co_await wait_for_the_end(worker, ended);
  });
  CHECK(ended == 3);
}

RILL_ON_EACH("SIGHUP reaches every worker as often as it comes, and ends none") {
  std::atomic<int> reloads = 0;
  run_workers(2, maker(), [&](Worker& worker) -> Task<> {
    for (;;) {
      if (worker.index() == 0) ::kill(::getpid(), reloads < 4 ? SIGHUP : SIGTERM);
      const int number = co_await worker.next_signal();
      if (number != SIGHUP) co_return;
      ++reloads;
      while (worker.index() == 0 && reloads % 2 != 0) co_await sleep(1_ms);  // for the other one
    }
  });
  CHECK(reloads == 4);
}

RILL_ON_EACH("a worker's exception is told with the worker's name, and the others end in order") {
  std::atomic<int> ended = 0;
  const std::string failure = failure_of(3, [&](Worker& worker) -> Task<> {
    if (worker.index() == 1) {
      co_await sleep(5_ms);
      throw std::logic_error("a bug");
    }
    co_await wait_for_the_end(worker, ended);
  });
  CHECK(failure == "worker 2 of 3: a bug");
  CHECK(ended == 2);
}

RILL_ON_EACH("a deadlock in one worker is told, with its task table") {
  std::atomic<int> ended = 0;
  Event never;
  const std::string failure = failure_of(2, [&](Worker& worker) -> Task<> {
    if (worker.index() == 0) co_await never.wait();
    co_await wait_for_the_end(worker, ended);
  });
  CHECK_THAT(failure, contains("worker 1 of 2: "));
  CHECK_THAT(failure, contains("waits for an event to be set"));
  CHECK(ended == 1);
}

RILL_ON_EACH("what the others throw at their end is told as well") {
  const std::string failure = failure_of(2, [&](Worker& worker) -> Task<> {
    if (worker.index() == 0) throw std::logic_error("the first");
    co_await worker.next_signal();
    throw std::logic_error("the second");
  });
  CHECK(failure == "worker 1 of 2: the first\nalso worker 2 of 2: the second");
}

RILL_ON_EACH("a worker without a backend is a failure like any other") {
  std::atomic<int> made = 0;
  std::atomic<int> ended = 0;
  const auto second_fails = [&, make = maker()]() -> std::unique_ptr<Backend> {
    if (made.fetch_add(1) == 1) throw std::runtime_error("no descriptor is left");
    return make();
  };
  try {
    run_workers(3, second_fails, [&](Worker& worker) { return wait_for_the_end(worker, ended); });
    FAIL("no failure was told");
  } catch (const WorkerFailure& failure) {
    CHECK_THAT(failure.what(), contains(": no descriptor is left"));
  }
  CHECK(ended == 2);
}

RILL_ON_EACH("afterwards the signals are as they were, and no descriptor is left") {
  sigset_t before;
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  const int probe = ::dup(0);
  ::close(probe);
  std::atomic<int> ended = 0;
  run_workers(2, maker(), [&](Worker& worker) -> Task<> {
    if (worker.index() == 0) ::kill(::getpid(), SIGTERM);
    co_await wait_for_the_end(worker, ended);
  });
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    CHECK(sigismember(&before, number) == sigismember(&after, number));
  }
  const int next = ::dup(0);
  ::close(next);
  CHECK(next == probe);
}

/// So many answers; the client's own thread, with a scheduler of its own.
void ask(std::uint16_t port, int connections, Backend& backend) {
  const auto client = [=]() -> Task<> {
    for (int i = 0; i < connections; ++i) {
      Connection connection = co_await connect("127.0.0.1", port);
      co_await connection.sendall("ping\n");
      const std::string answer = co_await connection.readline();
      CHECK(answer == "ping\n");
    }
  };
  run(client(), backend);
}

/// Echoes until a signal. `socket` is this worker's own.
Task<> echo(Worker& worker, ListeningSocket& socket, ServerStatistics& statistics) {
  const auto echoer = [](Connection connection) -> Task<> {
    for (;;) {
      const std::string data = co_await connection.recv(1024);
      if (data.empty()) co_return;
      co_await connection.sendall(data);
    }
  };
  Listener listener("", 0, {.inherited_fd = socket.release()});
  TaskRef service = spawn(server(std::move(listener), echoer, &statistics));
  co_await worker.next_signal();
  co_await kill(service);
}

RILL_ON_EACH(
    "workers share a port, or the queue of one socket, and every connection is served once") {
  const bool has_one_queue = GENERATE(false, true);
  constexpr int kConnections = 200;
  std::vector<ListeningSocket> sockets =
      listen_shared(Address::loopback_ipv4(0), has_one_queue ? 1 : 2);
  if (has_one_queue) sockets.push_back(sockets[0].duplicate());
  const std::uint16_t port = sockets[0].address().port;
  std::array<ServerStatistics, 2> statistics;
  std::thread client([port, make = maker()] {
    sigset_t
        all;  // or the kernel might give the signal to this thread, and it would end everything
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    ask(port, kConnections, *make());
    ::kill(::getpid(), SIGTERM);
  });
  run_workers(2, maker(), [&](Worker& worker) {
    return echo(worker, sockets[worker.index()], statistics[worker.index()]);
  });
  client.join();
  CHECK(statistics[0].accepted + statistics[1].accepted == kConnections);
  if (!has_one_queue) {  // by a hash of the client's port: 200 on one side would be odd indeed
    CHECK(statistics[0].accepted > 0);
    CHECK(statistics[1].accepted > 0);
  }
}

/// The descriptor of a socket of this process that is bound to `port`, and listens or not.
int descriptor_at(std::uint16_t port, bool listens) {
  for (int fd = 3; fd < 256; ++fd) {
    SocketAddress name;
    int accepts = 0;
    socklen_t size_bytes = sizeof accepts;
    if (::getsockname(fd, name.get(), &name.size_bytes) == 0 && name.address().port == port &&
        ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size_bytes) == 0 &&
        (accepts == 1) == listens) {
      return fd;
    }
  }
  return -1;
}

/// What the kernel may hold for a server: bytes beyond a peer's window, connections before accept.
struct Bounds {
  int unsent_bytes = 0;
  unsigned waiting_connections = 0;
};

Bounds bounds_of(const ListenOptions& options) {
  Bounds bounds;
  const auto look = [&]() -> Task<> {
    Listener listener("127.0.0.1", 0, options);
    Connection client = co_await connect(listener.address());
    Connection accepted = co_await listener.accept();
    const std::uint16_t port = listener.address().port;
    socklen_t size_bytes = sizeof bounds.unsent_bytes;
    REQUIRE(::getsockopt(descriptor_at(port, false), IPPROTO_TCP, TCP_NOTSENT_LOWAT,
                         &bounds.unsent_bytes, &size_bytes) == 0);
    tcp_info info{};
    size_bytes = sizeof info;
    REQUIRE(::getsockopt(descriptor_at(port, true), IPPROTO_TCP, TCP_INFO, &info, &size_bytes) ==
            0);
    bounds.waiting_connections = info.tcpi_sacked;  // of a listener: tcp(7)
  };
  const std::unique_ptr<Backend> backend = make_real_backend({});
  run(look(), *backend);
  return bounds;
}

RILL_ON_EACH(
    "the kernel holds no more for workers, nor for an inherited socket, than for one server") {
  const Bounds alone = bounds_of({});
  CHECK(alone.unsent_bytes > 0);
  CHECK(alone.unsent_bytes <= 1 << 20);
  const Bounds shared =
      bounds_of({.inherited_fd = listen_shared(Address::loopback_ipv4(0), 1)[0].release()});
  CHECK(shared.unsent_bytes == alone.unsent_bytes);
  CHECK(shared.waiting_connections == alone.waiting_connections);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);  // as a service manager does
  REQUIRE(::listen(fd, 8) == 0);
  REQUIRE(prepare_inherited(fd) == 0);
  CHECK(bounds_of({.inherited_fd = fd}).unsent_bytes == alone.unsent_bytes);
}

}  // namespace
}  // namespace rill::testing
