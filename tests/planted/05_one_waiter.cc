// Room for one waiter: a second call on the same connection takes the place of the first, whose
// answer then wakes the wrong one, and the first waits for ever.
// People write it because there was one caller when they wrote it.
#include <map>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

class Rpc {
 public:
  Rpc(Connection connection, bool is_right)
      : connection_(std::move(connection)), is_right_(is_right) {}

  Task<> call(std::string question) {
    Event answered;
    waiters_[is_right_ ? question : ""] = &answered;  // wrong: one place for all
    const Semaphore::Permit writing = co_await write_lock_.acquire();
    co_await connection_.sendall(question + "\n");
    co_await answered.wait();
  }
  Task<> read_answers(int expected) {
    for (int i = 0; i < expected; ++i) {
      std::string line = co_await connection_.readline();
      if (line.empty()) throw NetError("recv", "server", ECONNRESET);
      line.pop_back();
      const auto found = waiters_.find(is_right_ ? line : "");
      if (found == waiters_.end()) continue;
      found->second->set();
      waiters_.erase(found);
    }
  }

 private:
  Connection connection_;
  bool is_right_;
  std::map<std::string, Event*> waiters_;
  Semaphore write_lock_{1};
};

Task<> echo_lines(Connection client) {
  for (;;) {
    const std::string line = co_await client.readline();
    if (line.empty()) co_return;
    co_await client.sendall(line);
  }
}

Task<> calls(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 7);
  Rpc rpc(std::move(server), variant.is_right);
  Group tasks;
  tasks.spawn(&Rpc::read_answers, &rpc, 3);
  for (int i = 0; i < 3; ++i) {
    tasks.spawn(&Rpc::call, &rpc, "question " + std::to_string(i));
    co_await sleep(20_ms);
    co_await edited(sim, variant);
  }
  co_await tasks.wait();
}

}  // namespace

Task<> one_waiter(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, echo_lines);
  co_await join(spawn_on(sim.host("client"), calls, std::ref(sim), variant));
}

}  // namespace rill::planted
