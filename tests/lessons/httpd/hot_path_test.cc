// What a request costs on the hot path: no allocation, one recv, one send. Counted where all memory
// comes from, operator new, and at the table of system calls; so this is a program of its own.
#include <cstdlib>
#include <new>
#include <thread>

#include "lessons/httpd/visit.h"
#include "net/epoll/epoll_backend.h"
#include "net/net.h"
#include "scheduler/compiler.h"
#include "tests/lessons/common/child.h"
#include "tests/lessons/httpd/disk.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/real/faulty_syscalls.h"

namespace {
thread_local std::uint64_t allocations = 0;

void* counted(std::size_t size_bytes) {
  ++allocations;
  void* const memory = std::malloc(size_bytes);
  if (memory == nullptr) std::abort();
  return memory;
}
}  // namespace

void* operator new(std::size_t size_bytes) { return counted(size_bytes); }
void* operator new[](std::size_t size_bytes) { return counted(size_bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace rill::httpd {
namespace {

using testing::Call;
using testing::call_log;

// Under the address sanitizer every frame is an allocation of its own, so that it can be watched.
#ifdef RILL_ADDRESS_SANITIZER
constexpr bool kFramesAreAllocated = true;
#else
constexpr bool kFramesAreAllocated = false;
#endif

std::int64_t fixed_seconds() { return 4'000'000'000; }

/// What the server had spent when it had answered so many requests.
struct Spent {
  std::uint64_t allocations = 0;
  testing::CallLog calls;
};

struct Measured {
  Spent begin;
  Spent end;
  int count(Call call) { return end.calls.count(call) - begin.calls.count(call); }
};

/// Serves one connection, on which a client asks for the same, first 100 times and then `times`
/// times, one after the other. What the latter cost.
Measured measure(Site& site, const std::string& request, int times) {
  constexpr int kWarmUp = 100;
  EpollBackend backend({.syscalls = &testing::kFaultySyscalls, .names = {}});
  Service service(site, {}, fixed_seconds);
  Measured measured;
  int answered = 0;
  service.on_access = [&](const Access&) {
    ++answered;
    if (answered == kWarmUp) measured.begin = {allocations, call_log};
    if (answered == kWarmUp + times) measured.end = {allocations, call_log};
  };
  std::thread client;
  const auto serve_one = [&]() -> Task<> {
    Listener listener("127.0.0.1", 0);
    client = std::thread([&request, times, port = listener.address().port] {
      testing::Socket socket(port);
      socket.send(request);
      std::string answer = socket.receive(1);
      while (!answer.ends_with("\r\n\r\n")) answer += socket.receive(1);
      const std::size_t length = answer.find("Content-Length: ");
      const std::size_t body = length == answer.npos ? 0 : std::stoul(answer.substr(length + 16));
      socket.receive(body);
      for (int i = 1; i < kWarmUp + times; ++i) {
        socket.send(request);
        socket.receive(answer.size() + body);
      }
    });
    Connection connection = co_await listener.accept();
    Visit visit(service, std::move(connection));
    co_await visit.run();
  };
  run(serve_one(), backend);
  client.join();
  CHECK(answered == kWarmUp + times);
  return measured;
}

struct Row {
  std::string what;
  std::string request;
};

TEST_CASE("a small file costs no allocation, one recv and one send", "[hot]") {
  const Disk disk;
  disk.write("root/four", std::string(4096, 'x'));
  disk.write("root/sixty", std::string(60'000, 'x'));
  // Fresh all the time: on a slow machine the test takes longer than entries live.
  DiskSite site(disk.root().string(), CacheLimits{.fresh = seconds(10'000)});
  const std::vector<Row> rows = {
      {"small", get("/docs/a.txt")},
      {"index", get("/")},
      {"4 KiB", get("/four")},
      {"as a browser asks",
       get("/four",
           "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101\r\n"
           "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
           "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n"
           "Connection: keep-alive\r\nReferer: http://localhost/index.html\r\n")},
      {"not modified", get("/four", "If-None-Match: *\r\n")},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    Measured measured = measure(site, row.request, 1000);
    if (!kFramesAreAllocated) CHECK(measured.end.allocations == measured.begin.allocations);
    // One more each time that it is quicker than its client, which is rare on loopback.
    CHECK(measured.count(Call::recv) <= 1020);
    CHECK(measured.count(Call::send) == 1000);
    CHECK(measured.count(Call::sendfile) == 0);
    CHECK(measured.count(Call::epoll_ctl) <= 1);  // then it waits for the first time
    CHECK(measured.count(Call::setsockopt) == 0);
    CHECK(measured.count(Call::close) == 0);
  }
  Measured large = measure(site, get("/sixty"), 100);
  CHECK(large.count(Call::send) < 300);  // one, unless the socket is full
  if (!kFramesAreAllocated) CHECK(large.end.allocations == large.begin.allocations);
}

TEST_CASE("a long file goes by sendfile, and its head by the only send", "[hot]") {
  const Disk disk;
  disk.write("root/long", std::string(200'000, 'x'));
  DiskSite site(disk.root().string());
  Measured measured = measure(site, get("/long"), 100);
  if (!kFramesAreAllocated) CHECK(measured.end.allocations == measured.begin.allocations);
  CHECK(measured.count(Call::send) == 100);
  CHECK(measured.count(Call::sendfile) >= 400);  // 200,000 bytes in pieces of 64 KiB
}

}  // namespace
}  // namespace rill::httpd
