// The worlds that the conformance suite runs in. See conformance.h.
#include "tests/conformance/conformance.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "scheduler/record/recording_backend.h"
#include "scheduler/record/replay_backend.h"
#include "simnet/network.h"
#include "tests/real/on_each_backend.h"

namespace rill::conformance {
namespace {

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* directory = opendir("/proc/self/fd");
  REQUIRE(directory != nullptr);
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

/// After every run, whatever it did: no frame, and no task record, is alive. The run's fingerprint.
std::string run_and_check_frames(Task<> (*body)(), Backend& backend, Oracle* oracle) {
  const std::uint64_t frames_before = frame_pool.blocks_in_use();
  RunReport report;
  run(body(), backend,
      {.stop_with_root = true,
       .oracle = oracle,
       .most_steps_at_one_instant = 1'000'000,
       .report = &report});
  CHECK(frame_pool.blocks_in_use() == frames_before);
  return report.fingerprint;
}

void run_simulated(Task<> (*body)(), const simnet::NetworkOptions& options, Oracle* oracle) {
  simnet::Network network(options);
  run_and_check_frames(body, network, oracle);
  CHECK(network.open_sockets() == 0);
}

void run_real(Task<> (*body)()) {
  const std::size_t descriptors_before = open_descriptors();
  {
    const auto backend = testing::make_real_backend({});
    run_and_check_frames(body, *backend, nullptr);
  }
  CHECK(open_descriptors() == descriptors_before);
}

/// On real sockets, and then on nothing but the recording of that run.
void run_recorded(Task<> (*body)()) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/conformance.rec";
  std::string fingerprint;
  {
    const auto backend = testing::make_real_backend({});
    record::RecordingBackend recorder(*backend, path, {.program = "conformance"});
    fingerprint = run_and_check_frames(body, recorder, nullptr);
  }
  const record::Recording recording(path);
  ::unlink(path.c_str());
  record::ReplayBackend replay(recording);
  CHECK(run_and_check_frames(body, replay, nullptr) == fingerprint);
}

/// What real machines do now and then, done all the time.
simnet::NetworkOptions rough() {
  simnet::NetworkOptions options;
  options.step_cost = microseconds(5);
  options.short_read_percent = 50;
  options.short_write_percent = 50;
  options.short_segment_percent = 50;
  return options;
}

}  // namespace

void on_every_backend(Task<> (*body)()) {
  SECTION("simulated, plain") { run_simulated(body, {}, nullptr); }
  SECTION("simulated, rough") {
    for (const std::uint64_t seed : {1, 2, 3}) {
      INFO("seed " << seed);
      SeededOracle oracle(seed, SeededOracle::Order::random);
      run_simulated(body, rough(), &oracle);
    }
  }
  SECTION("epoll") { run_real(body); }
  SECTION("epoll, recorded, and the recording replayed") { run_recorded(body); }
  if (!testing::has_uring()) return;
  SECTION("io_uring") {
    const testing::On uring(testing::RealBackend::uring);
    run_real(body);
  }
  SECTION("io_uring, recorded, and the recording replayed") {
    const testing::On uring(testing::RealBackend::uring);
    run_recorded(body);
  }
}

Task<Pair> connected_pair() {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  Pair pair = co_await layered(Pair{std::move(client), std::move(server)});
  co_return pair;
}

Task<std::string> recv_all(Connection& connection) {
  std::string all;
  for (;;) {
    const std::string data = co_await connection.recv(std::size_t{64} << 10);
    if (data.empty()) co_return all;
    all += data;
  }
}

Task<std::string> recv_exactly(Connection& connection, std::size_t size_bytes) {
  std::string all;
  while (all.size() < size_bytes) {
    const std::string data = co_await connection.recv(size_bytes - all.size());
    if (data.empty()) break;
    all += data;
  }
  co_return all;
}

Task<std::string> recv_task(Connection& connection, std::size_t most_bytes) {
  co_return co_await connection.recv(most_bytes);
}
Task<> sendall_task(Connection& connection, std::string bytes) {
  co_await connection.sendall(bytes);
}
Task<Connection> connect_task(Address to) { co_return co_await connect(to); }
Task<Connection> accept_task(Listener& listener) { co_return co_await listener.accept(); }

std::string pattern(std::size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) {
    if (i % 8 == 0) word = scatter(i);
    bytes[i] = static_cast<char>(word >> (i % 8 * 8));
  }
  return bytes;
}

}  // namespace rill::conformance
