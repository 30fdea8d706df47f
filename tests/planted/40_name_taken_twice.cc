// Check, await, act: a name was free when it was looked up; when the account is made, it is not.
// People write it because the database call in between was a plain call once.
#include <map>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Accounts {
  std::map<std::string, std::string> owner_of;
};

Task<std::string> hash_password() {
  Connection vault = co_await connect("vault", 7);
  co_return co_await vault.readline();
}

Task<> sign_up(Simulation& sim, Accounts& accounts, std::string name, std::string owner,
               Variant variant) {
  co_await sleep(milliseconds(sim.draw("comes at", rc::gen::inRange(0, 100))));
  if (accounts.owner_of.contains(name)) co_return;
  if (variant.is_right) accounts.owner_of[name] = owner;  // first of all it is taken
  co_await edited(sim, variant);
  const std::string hash = co_await hash_password();
  const auto [place, is_new] = accounts.owner_of.try_emplace(name, owner);
  sim.require(is_new || place->second == owner, "a name that was free is still free");
}

}  // namespace

Task<> name_taken_twice(Simulation& sim, Variant variant) {
  auto& accounts = sim.make<Accounts>();
  co_await serve(sim, sim.host("vault"), 7,
                 [](Connection client) -> Task<> { co_await client.sendall("hash\n"); });
  const HostId site = sim.host("site");
  for (const char* const owner : {"ann", "bob"}) {
    spawn_on(site, sign_up, std::ref(sim), std::ref(accounts), "nickname", owner, variant);
  }
}

}  // namespace rill::planted
