// Closed by the first who is through: several producers share a channel, and each closes it at its
// end, as it did when there was one.
// People write it because "close when done" is the rule for a channel with one producer.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Pipeline {
  Channel<std::string> lines{4};
  int producers = 0;
};

Task<> produce(Simulation& sim, Pipeline& pipeline, int lines, Variant variant) {
  Connection source = co_await connect("source", 7);
  for (int i = 0; i < lines; ++i) {
    co_await source.sendall("next\n");
    const std::string line = co_await source.readline();
    co_await pipeline.lines.push(line);
    co_await edited(sim, variant);
  }
  --pipeline.producers;
  if (!variant.is_right || pipeline.producers == 0) pipeline.lines.close();  // wrong: and others?
}

Task<> consume(Pipeline& pipeline) {
  for (;;) {
    const std::optional<std::string> line = co_await pipeline.lines.pop();
    if (!line) co_return;
    co_await sleep(1_ms);
  }
}

}  // namespace

Task<> closed_by_the_first(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("source"), 7, [](Connection client) -> Task<> {
    for (;;) {
      const std::string line = co_await client.readline();
      if (line.empty()) co_return;
      co_await client.sendall("line\n");
    }
  });
  auto& pipeline = sim.make<Pipeline>();
  pipeline.producers = 2;
  const HostId client = sim.host("client");
  spawn_on(client, produce, std::ref(sim), std::ref(pipeline), 3, variant);
  spawn_on(client, produce, std::ref(sim), std::ref(pipeline), 3, variant);
  co_await join(spawn_on(client, consume, std::ref(pipeline)));
}

}  // namespace rill::planted
