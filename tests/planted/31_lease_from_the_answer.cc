// A lease counted from its answer: the server counts from when it granted it, and that was half a
// round trip ago. Meanwhile it grants it to somebody else.
// People write it because the answer says "200 ms", and the clock is read where the answer is.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr Duration kLease = milliseconds(200);

struct Grants {
  Instant taken_until;
  std::string holder;
};

Task<> grant(Connection client, Grants& grants) {
  const std::string line = co_await client.readline();
  const bool is_free = grants.taken_until <= now();
  if (is_free) grants = {now() + kLease, line};
  co_await client.sendall(is_free ? "granted\n" : "taken\n");
}

Task<> use_it(Simulation& sim, Grants& grants, std::string me, Variant variant) {
  for (int i = 0; i < 10; ++i) {
    Connection server = co_await connect("server", 7);
    const Instant asked = now();
    co_await server.sendall(me);
    const std::string answer = co_await server.readline();
    // Wrong: from the answer on. Right: from the question on, and clocks drift a little.
    const Instant until = variant.is_right ? asked + kLease * 9 / 10 : now() + kLease;
    co_await edited(sim, variant);
    while (answer == "granted\n" && now() < until) {
      sim.require(grants.holder == me, "who uses a lease has it");
      co_await sleep(10_ms);
    }
    co_await sleep(30_ms);
  }
}

}  // namespace

Task<> lease_from_the_answer(Simulation& sim, Variant variant) {
  auto& grants = sim.make<Grants>();
  co_await serve(sim, sim.host("server"), 7,
                 [&grants](Connection client) { return grant(std::move(client), grants); });
  for (const char* const me : {"one", "two"}) {
    spawn_on(sim.host(me), use_it, std::ref(sim), std::ref(grants), std::string(me) + "\n",
             variant);
  }
}

}  // namespace rill::planted
