// The timeout fires while the answer is being processed: half of an update is done, and the other
// half never.
// People write it because the timeout was meant for the network, and the closing brace came later.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Books {
  int debit = 0;
  int credit = 0;
};

Task<> fetch() {
  Connection bank = co_await connect("bank", 7);
  co_await bank.readline();
}

Task<> enter(Books& books) {
  ++books.debit;
  co_await sleep(5_ms);  // write it to disk
  ++books.credit;
}

Task<> fetch_and_enter(Books& books) {
  co_await fetch();
  co_await enter(books);
}

Task<> client(Simulation& sim, Books& books, Variant variant) {
  for (int i = 0; i < 3; ++i) {
    if (variant.is_right) {
      const Outcome outcome = co_await timeout(40_ms, fetch());
      if (outcome == Outcome::finished) co_await enter(books);
    } else {
      co_await timeout(40_ms, fetch_and_enter(books));  // wrong: not around the update
    }
    co_await edited(sim, variant);
  }
}

}  // namespace

Task<> timeout_tears_update(Simulation& sim, Variant variant) {
  auto& books = sim.make<Books>();
  co_await serve(sim, sim.host("bank"), 7, [](Connection to) -> Task<> {
    co_await sleep(20_ms);
    co_await to.sendall("one payment\n");
  });
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), std::ref(books), variant));
  sim.finally("the books balance", [&books] { return books.debit == books.credit; });
}

}  // namespace rill::planted
