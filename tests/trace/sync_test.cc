// Channels, semaphores and events in a trace: who did what to which, and which of it led to which.
#include "scheduler/api.h"
#include "tests/testing/testing.h"
#include "tests/trace/traced.h"

namespace rill::testing {
namespace {

using trace::Kind;
using trace::Record;
using Lines = std::vector<std::string>;

/// "main put channel#1 1 of 2"; with a cause, " <- " and who did what.
std::string said(const trace::Log& log, const Record& record) {
  std::string text = plain(record.task) + " " + record.did + " " + record.object + " " +
                     std::to_string(record.count);
  if (record.of > 0) text += " of " + std::to_string(record.of);
  const Record* const cause = log.find(record.cause);
  return cause == nullptr ? text : text + " <- " + plain(cause->task) + " " + cause->did;
}

/// All that is done to objects, but their end.
Lines deeds(const trace::Log& log) {
  Lines lines;
  for (const Record& record : log.records) {
    if (record.kind == Kind::sync && record.did != "destroy") lines.push_back(said(log, record));
  }
  return lines;
}

std::string here(unsigned line) { return "sync_test.cc:" + std::to_string(line); }

unsigned put_line = 0;
unsigned close_line = 0;

Task<> one_value() {
  Channel<int> channel(2);
  put_line = __LINE__ + 1;
  co_await channel.push(1);
  co_await channel.pop();
  close_line = __LINE__ + 1;
  channel.close();
  co_await channel.pop();
  CHECK(channel.is_closed());
}

TEST_CASE("who takes a value is told of its put, and a call has its line") {
  const trace::Log log = traced(one_value());
  CHECK(deeds(log) == Lines{"main put channel#1 1 of 2", "main take channel#1 0 of 2 <- main put",
                            "main close channel#1 0 of 2",
                            "main find_end channel#1 0 of 2 <- main close"});
  Lines places;
  for (const Record& record : log.records) {
    if (record.did == "put" || record.did == "close") places.push_back(record.at);
  }
  CHECK(places == Lines{here(put_line), here(close_line)});
}

Task<> taker(Channel<int>& channel) { co_await channel.pop(); }
Task<> putter(Channel<int>& channel) { co_await channel.push(1); }

Task<> handed_over() {
  Channel<int> channel(2);
  TaskRef waits = spawn(taker(channel)).named("taker");
  co_await null();
  co_await channel.push(1);
  co_await join(waits);
}

TEST_CASE(
    "a value that is handed to who waits is taken in its next step, and the wake says by what") {
  const trace::Log log = traced(handed_over());
  CHECK(deeds(log) ==
        Lines{"main put channel#1 0 of 2", "taker take channel#1 0 of 2 <- main put"});
  const Record& block = first(log, Kind::block, "taker");
  CHECK(block.object == "channel#1");
  const Record& wake = first(log, Kind::wake, "taker");
  CHECK(wake.object == "channel#1");
  REQUIRE(log.find(wake.cause) != nullptr);
  CHECK(log.find(wake.cause)->did == "put");
  CHECK(first(log, Kind::sync, "taker").n > wake.n);
}

Task<> full(std::size_t capacity) {
  Channel<int> channel(capacity);
  for (std::size_t i = 0; i < capacity; ++i) co_await channel.push(0);
  TaskRef waits = spawn(putter(channel)).named("putter");
  co_await null();
  for (std::size_t i = 0; i <= capacity; ++i) co_await channel.pop();
  co_await join(waits);
}

TEST_CASE("a value that finds a channel full is offered, and its taking names the offer") {
  CHECK(deeds(traced(full(0))) ==
        Lines{"putter offer channel#1 0", "main take channel#1 0 <- putter offer"});
  CHECK(deeds(traced(full(1))) == Lines{"main put channel#1 1 of 1",
                                        "putter offer channel#1 1 of 1",
                                        "main take channel#1 1 of 1 <- main put",
                                        "main take channel#1 0 of 1 <- putter offer"});
}

Task<> refused() {
  Channel<int> channel(1);
  channel.close();
  try {
    co_await channel.push(1);
  } catch (const ChannelClosed&) {  // as expected
  }
}

Task<> killed_with_value() {
  Channel<int> channel(1);
  TaskRef victim = spawn(taker(channel)).named("victim");
  co_await null();
  TaskRef giver = spawn(putter(channel)).named("putter");
  co_await null();
  co_await kill(victim);  // it has a value, and has not had its turn
  co_await channel.pop();
}

Task<> killed_before_the_other() {
  Channel<int> channel(1);
  TaskRef victim = spawn(taker(channel)).named("victim");
  TaskRef heir = spawn(taker(channel)).named("heir");
  co_await null();
  TaskRef giver = spawn(putter(channel)).named("putter");
  co_await null();
  co_await kill(victim);
  co_await join(heir);
}

TEST_CASE("a value goes back when who got it is killed before its turn, and on to the next") {
  CHECK(deeds(traced(killed_with_value())) ==
        Lines{"putter put channel#1 0 of 1", "victim put_back channel#1 1 of 1 <- putter put",
              "main take channel#1 0 of 1 <- victim put_back"});
  CHECK(deeds(traced(killed_before_the_other())) ==
        Lines{"putter put channel#1 0 of 1", "victim put_back channel#1 0 of 1 <- putter put",
              "heir take channel#1 0 of 1 <- victim put_back"});
}

TEST_CASE("a push that is refused is told of the close") {
  CHECK(deeds(traced(refused())) ==
        Lines{"main close channel#1 0 of 1", "main refuse channel#1 0 of 1 <- main close"});
}

Task<> locked(Semaphore& lock) {
  Semaphore::Permit permit = co_await lock.acquire();
  co_await null();
}

Task<> lock_twice() {
  Semaphore lock(1);
  TaskRef one = spawn(locked(lock)).named("one");
  TaskRef two = spawn(locked(lock)).named("two");
  co_await join(one);
  co_await join(two);
  Semaphore::Permit permit = co_await lock.acquire();
  permit.release();
}

TEST_CASE("who acquires a lock is told of the release that it follows, whether it waited or not") {
  const trace::Log log = traced(lock_twice());
  CHECK(deeds(log) == Lines{"one acquire semaphore#1 0", "one release semaphore#1 0",
                            "two acquire semaphore#1 0 <- one release", "two release semaphore#1 1",
                            "main acquire semaphore#1 0 <- two release",
                            "main release semaphore#1 1"});
  CHECK(first(log, Kind::wake, "two").object == "semaphore#1");
}

Task<> three_permits() {
  Semaphore permits(3);
  for (int i = 0; i < 4; ++i) {
    Semaphore::Permit permit = co_await permits.acquire();
  }
}

TEST_CASE("a permit that nobody has had yet comes from nobody") {
  const Lines lines = deeds(traced(three_permits()));
  REQUIRE(lines.size() == 8);
  CHECK(lines[2] == "main acquire semaphore#1 2");
  CHECK(lines[4] == "main acquire semaphore#1 2");
  CHECK(lines[6] == "main acquire semaphore#1 2 <- main release");
}

Task<> killed_with_permit() {
  Semaphore lock(1);
  TaskRef victim;
  {
    Semaphore::Permit permit = co_await lock.acquire();
    victim = spawn(locked(lock)).named("victim");
    co_await null();
  }
  co_await kill(victim);
}

TEST_CASE("a permit goes back when who got it is killed before its turn") {
  CHECK(deeds(traced(killed_with_permit())) ==
        Lines{"main acquire semaphore#1 0", "main release semaphore#1 0",
              "victim give_back semaphore#1 1 <- main release"});
}

Task<> waits_for(Event& event) { co_await event.wait(); }

Task<> ring() {
  Event bell;
  bell.set();
  co_await bell.wait();
  bell.clear();
  TaskRef waiter = spawn(waits_for(bell)).named("waiter");
  co_await null();
  bell.set();
  co_await join(waiter);
}

TEST_CASE("an event that is set while nobody waits is told, and who finds it set is told by whom") {
  const trace::Log log = traced(ring());
  CHECK(deeds(log) == Lines{"main set event#1 1", "main pass event#1 1 <- main set",
                            "main clear event#1 0", "main set event#1 1"});
  const Record& wake = first(log, Kind::wake, "waiter");
  CHECK(wake.object == "event#1");
  REQUIRE(log.find(wake.cause) != nullptr);
  CHECK(log.find(wake.cause)->did == "set");
}

Task<> many_objects(Event& first_told) {
  Event never_touched;
  Event second;
  Channel<int> channel(3);
  first_told.set();
  second.set();
  co_await channel.push(1);
  co_await channel.push(2);
}

TEST_CASE("objects are numbered as they appear, each kind by itself, and anew in the next run") {
  Event outlives;
  for (int i = 0; i < 2; ++i) {
    CHECK(deeds(traced(many_objects(outlives))) == Lines{"main set event#1 1", "main set event#2 1",
                                                         "main put channel#1 1 of 3",
                                                         "main put channel#1 2 of 3"});
  }
}

TEST_CASE(
    "an object that is destroyed says what was in it, and one that outlives the run nothing") {
  Event outlives;
  Lines ends;
  const trace::Log log = traced(many_objects(outlives));
  for (const Record& record : log.records) {
    if (record.did == "destroy") ends.push_back(said(log, record));
  }
  CHECK(ends == Lines{"main destroy channel#1 2 of 3", "main destroy event#2 1"});
}

}  // namespace
}  // namespace rill::testing
