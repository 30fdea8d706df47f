// Both sides send everything before they read anything: when neither side's buffers hold it all,
// both wait for the other to read.
// People write it because buffers of megabytes hide it until the messages grow.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> read_exactly(Connection& from, std::size_t size) {
  while (size > 0) {
    const std::string part = co_await from.recv(size);
    if (part.empty()) throw NetError("recv", "peer", ECONNRESET);
    size -= part.size();
  }
}

Task<> send_state(Connection& to, const std::string& state) { co_await to.sendall(state); }

Task<> exchange(Connection peer, std::size_t size, bool is_right) {
  const std::string state(size, 's');
  if (is_right) {
    Group sending;  // ends before `peer` does, also by an error
    sending.spawn(send_state, std::ref(peer), state);
    co_await read_exactly(peer, size);
    co_await sending.wait();
  } else {
    co_await peer.sendall(state);  // wrong: the other does the same
    co_await read_exactly(peer, size);
  }
}

}  // namespace

Task<> both_send_first(Simulation& sim, Variant variant) {
  const auto size = static_cast<std::size_t>(sim.draw("size", rc::gen::inRange(1, 20'000)));
  const auto handler = [size, right = variant.is_right](Connection peer) {
    return exchange(std::move(peer), size, right);
  };
  co_await serve(sim, sim.host("left"), 7, handler);
  const auto right_side = [](std::size_t s, bool right) -> Task<> {
    Connection left = co_await connect("left", 7);
    co_await exchange(std::move(left), s, right);
  };
  co_await edited(sim, variant);
  co_await join(spawn_on(sim.host("right"), right_side, size, variant.is_right));
}

}  // namespace rill::planted
