// The reader of recordings, and the replay, on any bytes: they must neither read nor write where
// they should not, nor run for ever. Most inputs die at the checksums, so the entries are also
// tried as an open chunk of a good file.
#include <cstdint>

#include "net/net.h"
#include "scheduler/fingerprint.h"
#include "scheduler/record/replay_backend.h"
#include "scheduler/run.h"

namespace rill {
namespace {

Task<> echo(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(64);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

Task<> program() {
  Group group;
  group.spawn([]() -> Task<> {
    const std::vector<Address> addresses = co_await resolve("localhost", 80);
    Connection connection = co_await connect(addresses.front());
    std::array<char, 16> room{};
    const std::size_t count = co_await connection.recv_into(room);
    co_await connection.send(std::string_view(room.data(), count));
  });
  co_await server("127.0.0.1", 4915, echo);
}

void replay(std::string bytes) {
  try {
    const record::Recording recording(std::move(bytes), "fuzz");
    record::ReplayBackend backend(recording);
    RunReport further_failures;  // which would otherwise be told on stderr, for each input
    run(program(), backend, {.most_steps_at_one_instant = 100'000, .report = &further_failures});
  } catch (const std::exception&) {
    return;  // what it says is not our business
  }
}

std::string as_open_chunk(std::string_view entries) {
  const std::string header("\4test\4fuzz\1\0", 12);
  const std::uint64_t digest = digest_bytes(header.data(), header.size());
  const auto header_bytes = static_cast<std::uint32_t>(header.size());
  const auto size_bytes = static_cast<std::uint32_t>(entries.size());
  std::string file = "RILLREC\1";
  file.append(reinterpret_cast<const char*>(&header_bytes), sizeof header_bytes);
  file.append(reinterpret_cast<const char*>(&digest), sizeof digest);
  file += header;
  file.append(reinterpret_cast<const char*>(&size_bytes), sizeof size_bytes);
  file.append(12, '\0');
  return file.append(entries);
}

}  // namespace
}  // namespace rill

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  const std::string bytes(reinterpret_cast<const char*>(data), size_bytes);
  rill::replay(bytes);
  rill::replay(rill::as_open_chunk(bytes));
  return 0;
}
