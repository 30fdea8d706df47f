// Whole programs on real sockets: run(task), read, write and signal as a program calls them, the
// task table on SIGQUIT, and fairness.
#include <fcntl.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <vector>

#include "net/fd.h"
#include "net/net.h"
#include "net/run.h"
#include "net/signal.h"
#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

Task<> echoer(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(4096);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

/// Two ends of a pipe that close by themselves.
struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  std::array<int, 2> ends{};
};

/// What standard error gets while it lives.
class CapturedStandardError {
 public:
  CapturedStandardError() : before_(::dup(2)) { ::dup2(pipe_.ends[1], 2); }
  ~CapturedStandardError() {
    ::dup2(before_, 2);
    ::close(before_);
  }
  std::string text() {
    ::fflush(stderr);
    ::fcntl(pipe_.ends[0], F_SETFL, O_NONBLOCK);
    std::string all(65536, '\0');
    const ssize_t count = ::read(pipe_.ends[0], all.data(), all.size());
    all.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return all;
  }

 private:
  Pipe pipe_;
  int before_;
};

RILL_ON_EACH("run(task) runs a program on real sockets and gives its value") {
  const auto program = []() -> Task<std::string> {
    Listener listener("localhost", 0);
    const Address at = listener.address();
    TaskRef service = spawn(server(std::move(listener), echoer));
    Connection connection = co_await connect("localhost", at.port);
    co_await connection.sendall("hello\n");
    std::string line = co_await connection.readline();
    co_await kill(service);
    co_return line;
  };
  CHECK(run(program()) == "hello\n");
}

TEST_CASE("The backend is chosen by name, and a wrong name is answered with one sentence") {
  CHECK(make_backend("epoll")->name() == "epoll");
  CHECK(make_backend(kUsualBackend)->name() == "epoll");
  CHECK_THROWS_WITH(make_backend("kqueue"), contains("no backend 'kqueue'"));
  const auto nothing = []() -> Task<> { co_return; };
  ::setenv("RILL_BACKEND", "kqueue", 1);
  CHECK_THROWS_AS(run(nothing()), UsageError);
  ::setenv("RILL_BACKEND", "epoll", 1);
  run(nothing());
  ::unsetenv("RILL_BACKEND");
  if (!has_uring()) return;
  CHECK(make_backend("uring")->name() == "uring");
  CHECK(make_backend("auto")->name() == "uring");
}

RILL_ON_EACH("read and write move bytes through a pipe while other tasks go on") {
  Pipe pipe;
  int ticks = 0;
  const std::string big(1 << 20, 'q');
  const auto ticker = [&ticks]() -> Task<> {
    for (;;) {
      co_await sleep(200_us);
      ++ticks;
    }
  };
  const auto writer = [&]() -> Task<> {
    co_await sleep(2_ms);
    co_await write_all(pipe.ends[1], big);
  };
  const auto program = [&]() -> Task<std::size_t> {
    TaskRef clock = spawn(ticker);
    TaskRef writing = spawn(writer);
    std::size_t got = 0;
    while (got < big.size()) {
      const std::string some = co_await rill::read(pipe.ends[0], 5000);
      got += some.size();
    }
    co_await join(writing);
    co_await kill(clock);
    co_return got;
  };
  CHECK(run(program()) == big.size());
  CHECK(ticks > 0);
}

RILL_ON_EACH("Errors of read and write name the descriptor") {
  const auto reads = []() -> Task<> { co_await rill::read(987, 10); };
  CHECK_THROWS_WITH(run(reads()), contains("read of descriptor 987"));
  const auto writes = []() -> Task<> { co_await rill::write(987, "x"); };
  CHECK_THROWS_WITH(run(writes()), contains("write to descriptor 987"));
}

RILL_ON_EACH("A task that waits for a signal is a service: a run may end idle around it") {
  const auto program = []() -> Task<int> {
    TaskRef raiser = spawn([]() -> Task<> {
      co_await sleep(1_ms);
      ::raise(SIGTERM);
    });
    const int number = co_await signal({SIGTERM, SIGINT});
    co_await join(raiser);
    co_return number;
  };
  CHECK(run(program()) == SIGTERM);
  CHECK(signal(SIGTERM).report().is_service);
  CHECK(signal({SIGTERM, SIGINT}).report().text == "SIGINT or SIGTERM");
  CHECK_THROWS_WITH(signal(SIGKILL), contains("SIGKILL"));
  CHECK_THROWS_AS(signal(0), UsageError);
}

RILL_ON_EACH("SIGQUIT prints the task table and the run goes on; afterwards it is as it was") {
  CapturedStandardError standard_error;
  const pthread_t loop = pthread_self();
  std::atomic<bool> is_running = false, is_asked = false;
  std::thread asker([&, loop] {
    while (!is_running) std::this_thread::yield();  // before, SIGQUIT would end the process
    pthread_kill(loop, SIGQUIT);
    is_asked = true;
  });
  const auto program = [&]() -> Task<int> {
    Listener listener("127.0.0.1", 0);
    spawn(server(std::move(listener), echoer)).named("the server");
    co_await null();
    is_running = true;
    while (!is_asked) co_await sleep(1_ms);
    co_await sleep(1_ms);
    co_return 7;
  };
  RunOptions options;
  options.stop_with_root = true;
  CHECK(run(program(), options) == 7);
  asker.join();
  const std::string table = standard_error.text();
  CHECK_THAT(table, contains("the server"));
  CHECK_THAT(table, contains("accept on 127.0.0.1"));
  struct sigaction now{};
  sigaction(SIGQUIT, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
}

RILL_ON_EACH("A program's own handler of SIGQUIT stays") {
  struct sigaction own{};
  own.sa_handler = SIG_IGN;
  struct sigaction before{};
  sigaction(SIGQUIT, &own, &before);
  {
    const TaskDumpOnSigquit outer;
    const TaskDumpOnSigquit inner;
    struct sigaction now{};
    sigaction(SIGQUIT, nullptr, &now);
    CHECK(now.sa_handler == SIG_IGN);
  }
  sigaction(SIGQUIT, &before, nullptr);
}

// Peers that send without pause, from threads of their own, so that their sockets are always ready.
// How long an answer takes is counted in what the flood gets served meanwhile, not in time.
RILL_ON_EACH("Two peers that flood the server do not keep a third from its answers") {
  const auto backend = make_real_backend({});
  std::vector<std::thread> flooders;
  std::atomic<int> flooding = 0;
  const auto flood = [&flooding](std::uint16_t to) {
    const Peer peer = Peer::connect(Address::loopback_ipv4(to));
    ++flooding;
    const std::string chunk(64 << 10, 'f');
    std::string sink(64 << 10, '\0');
    while (::send(peer.fd(), chunk.data(), chunk.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ||
           errno == EAGAIN) {
      if (::recv(peer.fd(), sink.data(), sink.size(), MSG_DONTWAIT) == 0) break;
    }
  };
  std::uint64_t served = 0;
  const auto counting_echoer = [&served](Connection connection) -> Task<> {
    for (;;) {
      const std::string data = co_await connection.recv(4096);
      if (data.empty()) co_return;
      ++served;
      co_await connection.sendall(data);
    }
  };
  std::uint64_t most_served_meanwhile = 0;
  const auto program = [&]() -> Task<> {
    Listener listener("127.0.0.1", 0);
    const std::uint16_t port = listener.address().port;
    TaskRef service = spawn(server(std::move(listener), counting_echoer));
    for (int i = 0; i < 2; ++i) flooders.emplace_back(flood, port);
    Connection connection = co_await connect(Address::loopback_ipv4(port));
    while (flooding < 2 || served < 100) co_await sleep(1_ms);
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t before = served;
      co_await connection.sendall("ping");
      const std::string answer = co_await connection.recv(10);
      CHECK(answer == "ping");
      most_served_meanwhile = std::max(most_served_meanwhile, served - before);
    }
    co_await kill(service);
  };
  run(program(), *backend);
  for (std::thread& flooder : flooders) flooder.join();
  // A turn of the loop is 64 steps; the ping and its answer are each seen within a few turns.
  INFO("most served meanwhile: " << most_served_meanwhile);
  CHECK(most_served_meanwhile < 640);
}

RILL_ON_EACH("Killed in connect, accept, recv, send, read and resolve, tasks leave no descriptor") {
  const int descriptors = open_descriptors();
  {
    const auto backend = make_real_backend({});
    Pipe pipe;
    const auto program = [&]() -> Task<> {
      Listener listener("127.0.0.1", 0);
      Listener unvisited("127.0.0.1", 0);
      const Address at = listener.address();
      std::vector<TaskRef> victims;
      // Who is killed first has a peer until then: one that is gone would be its failure.
      victims.push_back(spawn([at]() -> Task<> {
        Connection connection = co_await connect(at);
        const std::string chunk(16 << 20, 'x');
        co_await connection.sendall(chunk);
      }));
      victims.push_back(spawn([at]() -> Task<> {
        Connection connection = co_await connect(at);
        co_await connection.recv(1);
      }));
      victims.push_back(spawn([&listener]() -> Task<> {
        Connection first = co_await listener.accept();
        Connection second = co_await listener.accept();
        co_await sleep(std::chrono::hours(1));
      }));
      victims.push_back(spawn([&unvisited]() -> Task<> { co_await unvisited.accept(); }));
      victims.push_back(spawn([&pipe]() -> Task<> { co_await rill::read(pipe.ends[0], 10); }));
      victims.push_back(spawn([]() -> Task<> { co_await signal(SIGTERM); }));
      TaskRef resolving = spawn([]() -> Task<> { co_await resolve("nobody.invalid"); });
      co_await null();
      co_await kill(resolving);
      co_await sleep(5_ms);
      for (const TaskRef& victim : victims) co_await kill(victim);
    };
    run(program(), *backend);
  }
  CHECK(open_descriptors() == descriptors);
}

}  // namespace
}  // namespace rill::testing
