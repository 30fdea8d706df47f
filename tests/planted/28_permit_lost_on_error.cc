// A permit is lost on an error path: it is given back after the call, which throws.
// People write it because the test server never fails.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

class Permits {  // without owners: whoever took one must think of giving it back
 public:
  explicit Permits(int count) : free_(count) {}
  Task<> take() {
    while (free_ == 0) {
      given_back_.clear();
      co_await given_back_.wait();
    }
    --free_;
  }
  void give_back() {
    ++free_;
    given_back_.set();
  }

 private:
  int free_;
  Event given_back_;
};

Task<> ask_server() {
  Connection server = co_await connect("server", 7);
  const std::string answer = co_await server.readline();
  if (answer != "fine\n") throw std::runtime_error("the server is busy");
}

Task<> call(Permits& permits, bool is_right) {
  co_await permits.take();
  try {
    co_await ask_server();
    permits.give_back();
  } catch (const std::exception&) {
    if (is_right) permits.give_back();  // wrong without it
  }
}

Task<> client(Simulation& sim, Variant variant) {
  auto& permits = sim.make<Permits>(2);
  for (int i = 0; i < 5; ++i) {
    co_await call(permits, variant.is_right);
    co_await edited(sim, variant);
  }
}

}  // namespace

Task<> permit_lost_on_error(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, [&sim](Connection to) -> Task<> {
    const bool is_busy = sim.choose("server is busy", 4) == 1;
    co_await to.sendall(is_busy ? "busy\n" : "fine\n");
  });
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
