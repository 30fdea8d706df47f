// What can be wrong with a name's answer, each by the fault menu.
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

/// Chooses `choice` wherever something is decided at all.
class Always final : public Oracle {
 public:
  explicit Always(std::uint64_t choice) : choice_(choice) {}
  std::uint64_t decide(Site& site, std::uint64_t) override { return ++site.count, choice_; }
  bool orders_tasks() const override { return false; }

 private:
  std::uint64_t choice_;
};

std::vector<std::string> texts(const Resolved& found) {
  std::vector<std::string> all;
  for (const Address& address : found.addresses) all.push_back(to_string(address));
  return all;
}

struct Asked {
  std::int64_t result = 0;
  std::vector<std::string> addresses;
  Duration took;
  std::uint64_t strikes = 0;
};

/// Asks for `name` while `fault` strikes with `strength`.
Asked ask(Fault fault, std::uint64_t strength, const std::string& name, Instant until,
          const std::function<void(Pair&)>& prepare = {}) {
  NetworkOptions options;
  options.faults.set(fault, 1'000);
  options.faults.until = until;
  Always oracle(strength);
  Pair pair(options);
  if (prepare) prepare(pair);
  Asked asked;
  pair.run(
      [](std::string name, Asked& asked) -> Task<> {
        const Resolved found = co_await Resolving(name, 80);
        asked.result = found.result;
        asked.addresses = texts(found);
        asked.took = now() - Instant();
      }(name, asked),
      &oracle);
  asked.strikes = pair.network.fault_count(fault);
  return asked;
}

const std::vector<std::string> kPlain = {"10.0.0.2:80", "[fd00::2]:80"};

TEST_CASE("resolve_fail: EAGAIN after the resolver's patience", "[names][faults]") {
  const Asked asked = ask(Fault::resolve_fail, 1, "server", Instant::never());
  CHECK(asked.result == -EAGAIN);
  CHECK(asked.took == 10_s);
  CHECK(asked.strikes == 1);
}

TEST_CASE("resolve_slow: the answer comes half a second to eight seconds late", "[names][faults]") {
  const Asked mild = ask(Fault::resolve_slow, 1, "server", Instant::never());
  CHECK(mild.addresses == kPlain);
  CHECK(mild.took == 502_ms);
  const Asked strong = ask(Fault::resolve_slow, 5, "server", Instant::never());
  CHECK(strong.took == milliseconds(8'002));
  CHECK(strong.strikes == 1);
}

TEST_CASE("resolve_partial: another order, or a dead address in front", "[names][faults]") {
  const Asked rotated = ask(Fault::resolve_partial, 1, "server", Instant::never());
  CHECK(rotated.addresses == std::vector<std::string>{"[fd00::2]:80", "10.0.0.2:80"});
  const Asked dead = ask(Fault::resolve_partial, 2, "server", Instant::never());
  CHECK(dead.addresses == std::vector<std::string>{"192.0.2.1:80", "10.0.0.2:80", "[fd00::2]:80"});
  CHECK(dead.strikes == 1);
}

TEST_CASE("nobody answers at the dead address", "[names][faults]") {
  Pair pair;
  pair.run([]() -> Task<> {
    const Connected connected = co_await Connecting(Address::ipv4(192, 0, 2, 1, 80));
    CHECK(connected.result == -ETIMEDOUT);
  }());
}

TEST_CASE("resolve_stale: what the name meant before its last change, if it changed",
          "[names][faults]") {
  const auto change = [](Pair& pair) {
    pair.network.add_name("new.example", {Address::ipv4(1, 1, 1, 1)});
    pair.network.add_name("changed.example", {Address::ipv4(1, 1, 1, 1)});
    pair.network.add_name("changed.example", {Address::ipv4(2, 2, 2, 2)});
    pair.network.add_name("server", {Address::ipv4(3, 3, 3, 3)});
    pair.network.add_name("born.example", {}, {.answer = NameOptions::Answer::not_found});
    pair.network.add_name("born.example", {Address::ipv4(4, 4, 4, 4)});
  };
  const auto asked = [&](const std::string& name) {
    return ask(Fault::resolve_stale, 1, name, Instant::never(), change);
  };
  CHECK(asked("changed.example").addresses == std::vector<std::string>{"1.1.1.1:80"});
  CHECK(asked("server").addresses == kPlain);
  CHECK(asked("born.example").result == -ENOENT);
  const Asked unchanged = asked("new.example");
  CHECK(unchanged.addresses == std::vector<std::string>{"1.1.1.1:80"});
  CHECK(unchanged.strikes == 0);
}

TEST_CASE("literals and localhost ask no name server, so nothing can go wrong", "[names][faults]") {
  for (const Fault fault : {Fault::resolve_fail, Fault::resolve_slow, Fault::resolve_partial}) {
    for (const char* name : {"localhost", "10.0.0.2"}) {
      const Asked asked = ask(fault, 1, name, Instant::never());
      CHECK(asked.result == 0);
      CHECK(asked.took == 0_s);
      CHECK(asked.strikes == 0);
    }
  }
}

TEST_CASE("from the end of the faults on names are sound", "[names][faults]") {
  for (const Fault fault :
       {Fault::resolve_fail, Fault::resolve_slow, Fault::resolve_partial, Fault::resolve_stale}) {
    const Asked asked = ask(fault, 1, "server", Instant());
    CHECK(asked.addresses == kPlain);
    CHECK(asked.took == 2_ms);
    CHECK(asked.strikes == 0);
  }
}

TEST_CASE("a failing lookup that is killed leaves nothing", "[names][faults][kill]") {
  NetworkOptions options;
  options.faults.set(Fault::resolve_fail, 1'000);
  Always oracle(1);
  Pair pair(options);
  pair.run(
      []() -> Task<> {
        const TaskRef lookup = spawn([]() -> Task<> { co_await Resolving("server", 1); });
        co_await sleep(1_s);
        co_await kill(lookup);
        const Resolved found = co_await Resolving("server", 80);  // the same place, used again
        CHECK(found.result == -EAGAIN);
      }(),
      &oracle);
}

}  // namespace
}  // namespace rill::simnet
