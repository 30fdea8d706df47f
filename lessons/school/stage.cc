// See stage.h.
#include "lessons/school/stage.h"

#include "scheduler/api.h"

namespace rill::school {
namespace {

Task<> play(const Side& side, Connection connection) {
  try {
    co_await side.body(connection);
  } catch (const NetError&) {
    if (!side.may_lose_connection) throw;
  }
}

Task<> accept_one(const Side& side, Event& listens) {
  Listener listener("", kPort);
  listens.set();
  Connection connection = co_await listener.accept();
  co_await play(side, std::move(connection));
}

Task<> connect_to(const std::string& host, const Side& side) {
  Connection connection = co_await connect(host, kPort);
  co_await play(side, std::move(connection));
}

}  // namespace

Task<> converse(simnet::Simulation& sim, Side accepting, Side connecting) {
  Event listens;
  Group both;
  both.spawn_on(sim.host(accepting.name), accept_one, std::cref(accepting), std::ref(listens))
      .named(accepting.name);
  co_await listens.wait();
  both.spawn_on(sim.host(connecting.name), connect_to, std::cref(accepting.name),
                std::cref(connecting))
      .named(connecting.name);
  co_await both.wait();
}

std::string bytes_of_length(std::size_t size_bytes) {
  constexpr std::size_t kLetters = 26;
  std::string bytes(size_bytes, 'a');
  for (std::size_t i = 0; i < size_bytes; ++i) bytes[i] = static_cast<char>('a' + i % kLetters);
  return bytes;
}

}  // namespace rill::school
