// A listener that comes too late: it waits for the end of something that has ended already.
// People write it because starting a job and asking to be told of its end are two lines, and the
// job takes longer than the second line. Usually.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Job {
  bool is_done = false;
  Event* on_done = nullptr;
};

Task<> download(Job& job) {
  Connection origin = co_await connect("origin", 80);
  co_await origin.readline();
  job.is_done = true;
  if (job.on_done != nullptr) job.on_done->set();
}

Task<> watch(Simulation& sim, Variant variant) {
  auto& job = sim.make<Job>();
  spawn(download, std::ref(job));
  co_await edited(sim, variant);
  co_await sleep(4_ms);  // draw the progress bar
  Event ended;
  job.on_done = &ended;
  if (variant.is_right && job.is_done) ended.set();  // else wrong: who will tell?
  co_await ended.wait();
  job.on_done = nullptr;
}

}  // namespace

Task<> late_listener(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("origin"), 80,
                 [](Connection client) -> Task<> { co_await client.sendall("content\n"); });
  co_await join(spawn_on(sim.host("client"), watch, std::ref(sim), variant));
}

}  // namespace rill::planted
