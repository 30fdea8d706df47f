// The scheduler's small types: addresses, durations, lists, rings, the timer heap, the frame pool.
// Those with an obvious model are compared with it on generated programs.
#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>

#include "scheduler/address.h"
#include "scheduler/list.h"
#include "scheduler/ring.h"
#include "scheduler/timer_heap.h"
#include "tests/scheduler/support.h"
#include "tests/testing/property.h"

using namespace rill;
using namespace rill::testing;

namespace {

std::string host_of(const char* literal) {
  const auto address = Address::parse(literal);
  return address ? address->host_text() : "refused";
}

struct Tag;
struct Item : ListNode<Tag> {
  int number = 0;
};

struct FakeTimer final : Timer {
  void fire() override {}
  HostId host() const override { return 0; }
};

}  // namespace

TEST_CASE("addresses are written in RFC 5952's form", "[address]") {
  for (const auto& [literal, text] : std::map<const char*, const char*>{
           {"10.0.0.7", "10.0.0.7"},
           {"255.255.255.255", "255.255.255.255"},
           {"::", "::"},
           {"[::1]", "::1"},
           {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first of equal runs
           {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: one group is no run
           {"2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"},
           {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
           {"0:0:1::", "0:0:1::"},
           {"::ffff:10.1.2.3", "::ffff:10.1.2.3"},  // 5: mapped addresses
           {"::ffff:a01:203", "::ffff:10.1.2.3"},
           {"64:ff9b::10.1.2.3", "64:ff9b::a01:203"},
           {"fe80::1%3", "fe80::1%3"}}) {
    CHECK(host_of(literal) == text);
  }
}

TEST_CASE("what is no address is refused", "[address]") {
  for (const char* literal : {"",
                              "localhost",
                              "1.2.3",
                              "1.2.3.4.5",
                              "256.1.1.1",
                              "01.2.3.4",
                              "1.2.3.4 ",
                              "-1.2.3.4",
                              ":",
                              ":::",
                              "::1::",
                              "1:2:3:4:5:6:7",
                              "1:2:3:4:5:6:7:8:9",
                              "1:2:3:4:5:6:7:8::",
                              "12345::",
                              "::g",
                              "1:",
                              ":1",
                              "1.2.3.4::",
                              "1:2.3.4.5::",
                              "::1.2.3",
                              "1:2:3:4:5:6:7:1.2.3.4",
                              "[::1",
                              "::1]",
                              "[1.2.3.4]",
                              "::1%",
                              "::1%x",
                              "1.2.3.4%1",
                              "[]"}) {
    INFO(literal);
    CHECK_FALSE(Address::parse(literal));
  }
}

TEST_CASE("an address with its port tells IPv6 from the port", "[address]") {
  CHECK(to_string(Address::ipv4(10, 0, 0, 1, 80)) == "10.0.0.1:80");
  CHECK(to_string(*Address::parse("::1", 443)) == "[::1]:443");
  CHECK(Address::loopback_ipv4(1).bytes[0] == 127);
  CHECK(to_string(Address()) == "(no address):0");
}

RILL_PROPERTY("every address reads back as itself", const std::array<std::uint8_t, 16>& bytes,
              std::uint16_t zeros, std::uint16_t scope, bool is_ipv4) {
  Address address;
  address.family = is_ipv4 ? Address::Family::ipv4 : Address::Family::ipv6;
  for (std::size_t i = 0; i < (is_ipv4 ? 4 : 16); ++i) {
    address.bytes[i] = (zeros >> i & 1) != 0 ? 0 : bytes[i];  // or runs of zeros would be rare
  }
  if (!is_ipv4) address.scope = scope;
  RC_ASSERT(Address::parse(address.host_text()) == address);
}

TEST_CASE("durations are written in the largest unit that fits", "[time]") {
  CHECK(to_string(0_ns) == "0 ns");
  CHECK(to_string(999_ns) == "999 ns");
  CHECK(to_string(1_us) == "1.000 us");
  CHECK(to_string(1'234'567_ns) == "1.234 ms");
  CHECK(to_string(90_s) == "90.000 s");
  CHECK(to_string(Duration(-1'500'000)) == "-1.500 ms");
  CHECK(to_string(Duration(INT64_MIN)) == "-9223372036.854 s");
}

TEST_CASE("durations come from <chrono> as they are", "[time]") {
  using namespace std::chrono_literals;
  using std::chrono::duration;
  CHECK(Duration(50ms) == 50_ms);
  CHECK(Duration(std::chrono::hours(1000)) == seconds(3'600'000));
  CHECK(Duration(duration<double>(0.25)) == 250_ms);
  CHECK(Duration(duration<int, std::ratio<1, 60>>(60)) == 1_s);
  CHECK(Duration(duration<std::int64_t, std::pico>(2500)) == 2_ns);
  CHECK(Instant{5} + Duration(INT64_MAX) == Instant::never());
  CHECK(2 * 3_ms + 4_us - 6_us == 5'998_us);
  CHECK(7_ms / 2 == 3'500_us);
}

RILL_PROPERTY("a list does what a deque does", const std::vector<std::uint8_t>& program) {
  std::vector<std::unique_ptr<Item>> items;
  LettingGoList<Item, Tag> list;
  std::deque<Item*> model;
  for (const std::uint8_t op : program) {
    if (op % 4 < 2) {
      items.push_back(std::make_unique<Item>());
      list.push_back(*items.back());
      model.push_back(items.back().get());
    } else if (model.empty()) {
      continue;
    } else if (op % 4 == 2) {
      RC_ASSERT(&list.pop_front() == model.front());
      model.pop_front();
    } else {
      Item* const victim = model[op / 4 % model.size()];
      victim->unlink();
      victim->unlink();  // no effect
      RC_ASSERT(!victim->is_linked());
      model.erase(std::find(model.begin(), model.end(), victim));
    }
    RC_ASSERT(list.empty() == model.empty());
    RC_ASSERT(list.count() == model.size());
    std::deque<Item*> order;
    list.for_each([&](Item& item) { order.push_back(&item); });
    RC_ASSERT(order == model);
    if (!model.empty()) RC_ASSERT(&list.back() == model.back());
  }
}

TEST_CASE("a list that dies lets its objects go; a node may take another's place", "[list]") {
  Item a;
  Item b;
  Item c;
  {
    LettingGoList<Item, Tag> list;
    list.push_back(a);
    list.push_back(b);
    c.take_place_of(a);
    CHECK_FALSE(a.is_linked());
    CHECK(&list.front() == &c);
    a.take_place_of(a);
  }
  CHECK_FALSE(b.is_linked());
  CHECK_FALSE(c.is_linked());
}

RILL_PROPERTY("a ring does what a deque does", const std::vector<std::uint8_t>& program) {
  Ring<std::unique_ptr<int>> ring;
  std::deque<int> model;
  for (const std::uint8_t op : program) {
    if (op % 8 < 4) {
      ring.push_back(std::make_unique<int>(op));
      model.push_back(op);
    } else if (op % 8 == 4) {
      ring.push_front(std::make_unique<int>(op));
      model.push_front(op);
    } else if (!model.empty()) {
      RC_ASSERT(*ring.pop_front() == model.front());
      model.pop_front();
    }
    RC_ASSERT(ring.size() == model.size());
  }
}

RILL_PROPERTY("the timer heap fires in the order of (deadline, arming)",
              const std::vector<std::uint8_t>& program) {
  std::vector<std::unique_ptr<FakeTimer>> timers;
  TimerHeap heap;
  std::vector<std::pair<std::int64_t, FakeTimer*>> model;  // in the order of arming
  const auto first = [&] {
    return std::min_element(model.begin(), model.end(),
                            [](const auto& a, const auto& b) { return a.first < b.first; });
  };
  for (const std::uint8_t op : program) {
    if (op % 4 < 2) {
      timers.push_back(std::make_unique<FakeTimer>());
      const std::int64_t deadline = op / 4 % 16;  // few, so that many are equal
      heap.arm(*timers.back(), Instant{deadline});
      model.emplace_back(deadline, timers.back().get());
    } else if (model.empty()) {
      continue;
    } else if (op % 4 == 2) {
      RC_ASSERT(heap.next_deadline().ns == first()->first);
      RC_ASSERT(&heap.pop() == first()->second);
      RC_ASSERT(!first()->second->is_armed());
      model.erase(first());
    } else {
      const auto victim = model.begin() + op / 4 % static_cast<std::ptrdiff_t>(model.size());
      heap.disarm(*victim->second);
      heap.disarm(*victim->second);  // no effect
      model.erase(victim);
    }
    RC_ASSERT(heap.size() == model.size());
  }
  for (; !model.empty(); model.erase(first())) RC_ASSERT(&heap.pop() == first()->second);
  RC_ASSERT(heap.next_deadline() == Instant::never());
}

TEST_CASE("the frame pool gives distinct memory, takes it back, and counts it", "[frame_pool]") {
  const std::uint64_t before = blocks();
  std::map<char*, std::size_t> taken;
  for (std::size_t size = 1; size < 5000; size += 97) {
    auto* const block = static_cast<char*>(frame_pool.allocate(size));
    std::fill(block, block + size, 'x');
    const auto next = taken.lower_bound(block);
    CHECK((next == taken.end() || block + size <= next->first));
    CHECK((next == taken.begin() || std::prev(next)->first + std::prev(next)->second <= block));
    taken.emplace(block, size);
  }
  CHECK(blocks() == before + taken.size());
  for (const auto& [block, size] : taken) frame_pool.release(block, size);
  CHECK(blocks() == before);
}
