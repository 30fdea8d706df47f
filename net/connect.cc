// Connecting, to one address or to the quickest of several. See connect.h.
#include "net/connect.h"

#include <cerrno>
#include <optional>
#include <typeinfo>

#include "scheduler/event.h"
#include "scheduler/group.h"
#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill {

Connection ConnectTo::await_resume() {
  const std::int64_t result = consume();
  if (result < 0) throw NetError("connect", to_string(op_.to), static_cast<int>(-result));
  return Connection(*task->scheduler, op_.connected, op_.to);
}

std::vector<Address> Resolve::await_resume() {
  const std::int64_t result = consume();
  if (result < 0) throw NetError("resolve", op_.name, static_cast<int>(-result));
  if (op_.addresses.empty()) throw NetError("resolve", op_.name, ENOENT);
  return std::move(op_.addresses);
}

namespace {

/// The first attempt. It has a head start: most of the time it is the only one, and then there is
/// no task but the caller. When the head start is over the caller goes on, and the attempt, which
/// is still under way, waits in this object for the task that takes it over.
class FirstAttempt final : public Wait, public Timer {
 public:
  struct RillAwaitable;  // an lvalue may be awaited, and twice: for the head start, and for the
                         // rest
  FirstAttempt(const Address& to, Duration head_start) : head_start_(head_start) { op_.to = to; }
  ~FirstAttempt() {
    if (op_.state != Op::State::idle) abandon();
  }

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    TaskControl& caller = *frame.promise().task;
    scheduler_ = caller.scheduler;
    if (op_.state == Op::State::idle) {
      op_.task = &caller;
      op_.host = caller.host;
      scheduler_->submit(op_);
      scheduler_->timers().arm(*this, scheduler_->deadline_after(head_start_, caller));
      Scheduler::block(frame.promise(), *this);
    } else if (op_.state == Op::State::in_flight) {
      op_.task = &caller;
      Scheduler::block(frame.promise(), *this);
    } else {
      scheduler_->give_way(caller);
    }
  }
  /// Nothing: the head start is over, and nobody knows yet. Throws NetError.
  std::optional<Connection> await_resume() {
    scheduler_->timers().disarm(*this);
    if (op_.state == Op::State::in_flight) return std::nullopt;
    op_.state = Op::State::idle;
    if (op_.result < 0) {
      throw NetError("connect", to_string(op_.to), static_cast<int>(-op_.result));
    }
    return Connection(*scheduler_, op_.connected, op_.to);
  }
  void fire() override {
    if (op_.state != Op::State::in_flight) return;  // it has just ended, and the caller was woken
    TaskControl& caller = *op_.task;
    op_.task = nullptr;
    scheduler_->wake(caller);
  }
  void abandon() noexcept override {
    scheduler_->timers().disarm(*this);
    if (op_.state == Op::State::in_flight) scheduler_->cancel(op_);
    scheduler_->backend().dispose(op_);
    op_.state = Op::State::idle;
  }
  HostId host() const override { return op_.host; }
  WaitReport report() const override {
    return {.text = "connect to " + to_string(op_.to),
            .what = "connect",
            .until = is_armed() ? scheduler_->timers().deadline_of(*this) : Instant{}};
  }
  std::string_view kind() const override { return typeid(ConnectTo).name(); }

 private:
  ConnectOp op_;
  Duration head_start_;
  Scheduler* scheduler_ = nullptr;
};

/// What the attempts tell each other.
struct Race {
  std::optional<Connection> winner;
  std::optional<NetError> error;  // of the last that failed
  std::size_t failed = 0;
  Event news;

  void lost(const NetError& why) {
    error.emplace(why);
    ++failed;
    news.set();
  }
  void won(Connection connection) {
    if (!winner)
      winner.emplace(std::move(connection));  // a second one, in the same turn, is closed
    news.set();
  }
};

Task<> go_on(FirstAttempt& first, Race& race) {
  try {
    std::optional<Connection> connection = co_await first;
    race.won(std::move(*connection));
  } catch (const NetError& error) {
    race.lost(error);
  }
}

Task<> attempt(Address to, Race& race) {
  try {
    Connection connection = co_await connect(to);
    race.won(std::move(connection));
  } catch (const NetError& error) {
    race.lost(error);
  }
}

Task<> wait_for(Event& event) { co_await event.wait(); }

}  // namespace

Task<Connection> connect_any(std::vector<Address> addresses, Duration stagger) {
  if (addresses.empty()) throw NetError("connect", "", EDESTADDRREQ);
  if (addresses.size() == 1) {
    Connection only = co_await connect(addresses[0]);
    co_return only;
  }
  Race race;
  FirstAttempt first(addresses[0], stagger);
  try {
    std::optional<Connection> connection = co_await first;
    if (connection) co_return std::move(*connection);
  } catch (const NetError& error) {
    race.lost(error);
  }
  Group attempts;  // after what they use
  if (race.failed == 0) attempts.spawn(go_on(first, race)).named("connect");
  for (std::size_t begun = 1; !race.winner && race.failed < addresses.size();) {
    race.news.clear();
    if (begun == addresses.size()) {
      co_await race.news.wait();
      continue;
    }
    attempts.spawn(attempt(addresses[begun++], race)).named("connect");
    const std::size_t failed = race.failed;
    const Instant next = now() + stagger;
    while (!race.winner && race.failed == failed && now() < next) {
      co_await timeout(next - now(), wait_for(race.news));
      race.news.clear();
    }
  }
  if (!race.winner) throw NetError(*race.error);
  co_return std::move(*race.winner);
}

Task<Connection> connect(std::string host, std::uint16_t port) {
  if (const auto literal = Address::parse(host, port)) {
    Connection direct = co_await connect(*literal);
    co_return direct;
  }
  std::vector<Address> addresses = co_await resolve(std::move(host), port);
  Connection connection = co_await connect_any(std::move(addresses));
  co_return connection;
}

}  // namespace rill
