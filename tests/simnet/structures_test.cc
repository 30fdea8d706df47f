// The data structures under the simulated network, each against a plain model.
#include <algorithm>
#include <deque>
#include <map>

#include "scheduler/oracle.h"
#include "simnet/byte_queue.h"
#include "simnet/event_queue.h"
#include "simnet/id_table.h"
#include "simnet/socket.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

RILL_PROPERTY("events come out by time, and equal times in the order in which they went in",
              const std::vector<std::uint32_t>& script) {
  EventQueue queue;
  std::multimap<std::int64_t, std::uint32_t> model;  // keeps equal keys in order of insertion
  std::int64_t now = 0;
  std::uint32_t name = 0;
  for (const std::uint32_t word : script) {
    if (word % 3 == 0 && !model.empty()) {
      RC_ASSERT(queue.next_time().ns == model.begin()->first);
      if (!queue.is_in_moment()) queue.begin_moment();
      const Event event = queue.take();
      RC_ASSERT(event.at.ns == model.begin()->first);
      RC_ASSERT(event.target == model.begin()->second);
      now = event.at.ns;
      model.erase(model.begin());
      const Event* const next = queue.peek();
      const bool has_equal = !model.empty() && model.begin()->first == now;
      RC_ASSERT((next != nullptr) == has_equal);
      if (has_equal) RC_ASSERT(next->target == model.begin()->second);
      if (!queue.is_in_moment() && word % 2 == 0) queue.end_moment();
      if (!queue.is_in_moment() && word % 2 == 1) {  // something for the same moment comes late
        queue.push(Event(Instant{now}, Arrival::segment, ++name));
        model.emplace(now, name);
        RC_ASSERT(queue.is_in_moment());
      }
    } else {
      const std::int64_t at = now + (word / 3 % 8 == 0 ? word : word / 3 % 8);  // near and far
      queue.push(Event(Instant{at}, Arrival::segment, ++name, word & 0xFFFFFF));
      model.emplace(at, name);
    }
    RC_ASSERT(queue.size() == model.size());
    if (queue.is_in_moment()) continue;
    const Instant next = model.empty() ? Instant::never() : Instant{model.begin()->first};
    RC_ASSERT(queue.next_time() == next);
  }
}

TEST_CASE("an event carries its kind and an amount of up to 16 MiB", "[structures]") {
  const Event event(Instant{5}, Arrival::acknowledged, 77, (1 << 24) - 1);
  CHECK(event.kind() == Arrival::acknowledged);
  CHECK(event.amount() == (1 << 24) - 1);
  CHECK(event.target == 77);
}

RILL_PROPERTY("a queue of bytes gives back what was put in, and holds nothing when empty",
              const std::vector<std::pair<bool, std::uint16_t>>& script) {
  BlockPool pool;
  ByteQueue queue;
  std::deque<std::byte> model;
  std::uint64_t next_byte = 0;
  for (const auto& [puts, word] : script) {
    if (puts) {
      const std::size_t size = word % 4 == 0 ? word : word % 200;  // up to 64 KiB
      std::vector<std::byte> data(size);
      for (std::byte& byte : data) byte = static_cast<std::byte>(scatter(next_byte++));
      queue.append(pool, data.data(), data.size());
      model.insert(model.end(), data.begin(), data.end());
    } else {
      const std::size_t size = std::min<std::size_t>(word, model.size());
      const std::size_t skipped = size / 2;
      std::vector<std::byte> seen;
      const auto sink = [&seen](const std::byte* from, std::size_t part) {
        RC_ASSERT(part > 0u);
        seen.insert(seen.end(), from, from + part);
      };
      queue.look(skipped, size - skipped, sink);
      RC_ASSERT(std::equal(seen.begin(), seen.end(),
                           model.begin() + static_cast<std::ptrdiff_t>(skipped)));
      RC_ASSERT(seen.size() == size - skipped);
      seen.clear();
      queue.take(pool, size, sink);
      RC_ASSERT(seen.size() == size);
      RC_ASSERT(std::equal(seen.begin(), seen.end(), model.begin()));
      model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(size));
    }
    RC_ASSERT(queue.empty() == model.empty());
    RC_ASSERT((pool.blocks_in_use() == 0) == model.empty());
  }
  queue.clear(pool);
  RC_ASSERT(queue.empty());
  RC_ASSERT(pool.blocks_in_use() == 0u);
}

TEST_CASE("a few bytes take a small block, a backlog takes few large ones", "[structures]") {
  BlockPool pool;
  ByteQueue queue;
  const std::vector<std::byte> data(48);
  queue.append(pool, data.data(), 48);
  CHECK(pool.blocks_in_use() == 1);
  for (int i = 0; i < 100'000; ++i) queue.append(pool, data.data(), 48);
  CHECK(pool.blocks_in_use() < 100);  // 4.8 MB
  queue.clear(pool);
  CHECK(pool.blocks_in_use() == 0);
}

RILL_PROPERTY("an id table finds what is in it and nothing else",
              const std::vector<std::pair<bool, std::uint8_t>>& script) {
  // Keys are the ids themselves; the hash is poor on purpose, so that entries push each other.
  const auto hash = [](std::uint32_t id) { return std::uint64_t{id} % 7; };
  IdTable table;
  std::map<std::uint32_t, bool> model;
  for (const auto& [puts, byte] : script) {
    const std::uint32_t id = byte % 40;
    if (puts && !model[id]) {
      table.insert(hash(id), id);
      model[id] = true;
    } else if (!puts && model[id]) {
      table.erase(hash(id), id);
      model[id] = false;
    }
    for (std::uint32_t other = 0; other < 40; ++other) {
      const std::uint32_t found =
          table.find(hash(other), [other](std::uint32_t candidate) { return candidate == other; });
      RC_ASSERT(found == (model[other] ? other : IdTable::kNone));
    }
  }
}

TEST_CASE("a record's handles differ from one user to the next, and its numbers too",
          "[structures]") {
  SocketTable table;
  const std::uint32_t slot = table.take();
  CHECK(table.number(slot) == 1);
  table[slot].generation += 1;
  const Handle first{slot, table[slot].generation};
  CHECK(table.find(first) == &table[slot]);
  CHECK(table.number(slot) == 1);
  table[slot].generation += 1;
  CHECK(table.find(first) == nullptr);
  CHECK(table.number(slot) == 1);  // a closed socket is still spoken of
  table.release(slot);
  CHECK(table.in_use() == 0);
  CHECK(table.take() == slot);
  table[slot].generation += 1;
  CHECK(table.find(first) == nullptr);
  CHECK(table.number(slot) == (std::uint64_t{1} << 32 | 1));
  CHECK(table.find(Handle{slot, 0}) == nullptr);
  CHECK(table.find(Handle{99999, 1}) == nullptr);
}

}  // namespace
}  // namespace rill::simnet
