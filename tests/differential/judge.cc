// Comparing. See judge.h.
#include "tests/differential/judge.h"

#include <cerrno>
#include <ostream>
#include <utility>
#include <vector>

#include "tests/differential/words.h"

namespace rill::differential {
namespace {

using Pairs = std::vector<std::pair<Reply, Reply>>;

/// The other world's word about a call that it still keeps waiting.
Reply still_waiting(const Reply& reply) {
  return {.call = reply.call, .on = reply.on, .result = -EAGAIN, .has_waited = true};
}

/// Replies of one step side by side, by call and socket.
Pairs side_by_side(const std::vector<Reply>& kernel, std::vector<Reply> sim) {
  Pairs pairs;
  for (const Reply& reply : kernel) {
    auto twin = sim.begin();
    for (; twin != sim.end(); ++twin) {
      if (twin->call == reply.call && twin->on == reply.on) break;
    }
    pairs.emplace_back(reply, twin == sim.end() ? still_waiting(reply) : *twin);
    if (twin != sim.end()) sim.erase(twin);
  }
  for (const Reply& reply : sim) pairs.emplace_back(still_waiting(reply), reply);
  return pairs;
}

}  // namespace

std::optional<std::string> difference(const Transcript& kernel, World& sim, Findings* findings,
                                      bool is_uring) {
  Situation situation;
  Normaliser normaliser(is_uring);
  Table table;
  Findings ignored;
  Findings& found = findings != nullptr ? *findings : ignored;
  ++found.scripts;
  for (const Scene& scene : kernel) {
    ++found.steps;
    const Pairs pairs = side_by_side(scene.replies, sim.perform(scene.step));
    table.add(scene.step);
    for (const auto& [theirs, ours] : pairs) {
      const Judgement judgement = normaliser.judge(scene.step, theirs, ours);
      const bool differs = judgement.verdict == Verdict::different;
      table.add(theirs, ours, differs);
      if (differs) return table.text();
      if (judgement.verdict == Verdict::equal) continue;
      ++found.freedoms[static_cast<std::size_t>(judgement.freedom)];
      if (judgement.verdict != Verdict::parted) continue;
      ++found.parted;
      return std::nullopt;
    }
    found.coverage.note(scene, situation);
    situation.note(scene);
  }
  return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const Findings& findings) {
  out << findings.scripts << " scripts, " << findings.steps << " operations; "
      << findings.coverage.seen() << " of " << kObservables << " observables met:\n"
      << findings.coverage << "differences that are free (tests/differential/normalise.h):\n";
  for (int i = 0; i < kFreedoms; ++i) {
    out << "  " << description(static_cast<Freedom>(i)).name << ": "
        << findings.freedoms[static_cast<std::size_t>(i)] << "\n";
  }
  return out << "scripts not compared to their end because of one: " << findings.parted << "\n";
}

}  // namespace rill::differential
