// A scenario's view of its simulated world: hosts, what to draw, what must hold.
//
//   Task<> scenario(Simulation& sim) {
//     const HostId server = sim.host("server");
//     auto& counter = sim.make<Counter>();                      // lives as long as the run
//     spawn_on(server, serve, std::ref(counter));
//     const int clients = sim.draw("clients", rc::gen::inRange(1, 5));
//     sim.always("nobody is counted twice", [&] { return counter.value <= clients; });
//     ...
//     sim.require(counter.value == clients, "everybody is counted");
//   }
//
// The scenario is run many times, each time in a new world with other delays, faults and schedules
// (search.h), so it must be a function of `sim` and of nothing else. Invariant: what it draws
// depends on the plan alone.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/run_options.h"
#include "scheduler/spawn.h"
#include "simnet/explore/plan.h"
#include "simnet/network.h"

namespace rill::simnet {

/// What a scenario demanded does not hold. Two violations are the same if their sentences are;
/// `details` are the values of this run, for what().
class Violation : public std::runtime_error {
 public:
  explicit Violation(std::string sentence, const std::string& details = "")
      : std::runtime_error(details.empty() ? sentence : sentence + "\n" + details),
        sentence_(std::move(sentence)) {}
  const std::string& sentence() const { return sentence_; }

 private:
  std::string sentence_;
};

/// One Simulation::draw() as it was made, for the shrinker.
struct Drawn {
  std::uint64_t site = 0;
  std::uint64_t nth = 0;
  bool path_is_whole = true;  ///< false: the plan's path leads further than there are values
};

class Simulation {
 public:
  Simulation(Network& network, const Plan& plan) : network_(network), plan_(plan) {}
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation() {
    while (!kept_.empty()) kept_.pop_back();
  }

  // ---- the world ---------------------------------------------------------------------------

  Network& network() { return network_; }
  /// A new host; tasks get there by spawn_on(host, ...).
  HostId host(std::string_view name) { return network_.add_host(name); }
  /// An object that outlives every task of the run: for what tasks share, also Connections and
  /// Listeners. Destroyed in the end, the last one first, while the network is still there.
  template <class T, class... A>
  T& make(A&&... arguments) {
    auto object = std::make_shared<T>(std::forward<A>(arguments)...);
    kept_.push_back(object);
    return *object;
  }

  // ---- what differs from run to run ----------------------------------------------------------

  /// A value of a rapidcheck generator. A failure is shrunk towards the generator's simplest.
  /// `name` is a literal; together with the task that draws it is what a token knows the draw by.
  template <class T>
  T draw(const char* name, const rc::Gen<T>& generator) {
    DrawPlace place = next_draw(name);
    rc::Shrinkable<T> value = generator(rc::Random(place.seed), size());
    for (const std::uint64_t index : place.path) {
      auto simpler = value.shrinks();
      std::optional<rc::Shrinkable<T>> next;
      for (std::uint64_t i = 0; i <= index; ++i) {
        auto candidate = simpler.next();
        next.reset();
        if (!candidate) break;
        next.emplace(std::move(*candidate));
      }
      if (!next) {
        drawn_.back().path_is_whole = false;
        break;
      }
      value = *next;
    }
    T result = value.value();
    std::ostringstream shown;
    rc::show(result, shown);
    tell_draw(name, shown.str());
    return result;
  }
  /// A number below `alternatives`; 0 is the simplest. `name` is a literal. Unlike what is drawn,
  /// it is a deviation of the plan: enumerated with the schedules, and shrunk with them.
  std::uint64_t choose(const char* name, std::uint64_t alternatives);

  // ---- what must hold ------------------------------------------------------------------------

  /// Fails the run unless `holds`. `sentence` says what should be true, `details` what is instead:
  /// values differ from run to run, so they do not belong into the sentence.
  void require(bool holds, std::string_view sentence, const std::string& details = "",
               std::source_location where = std::source_location::current());
  /// An invariant: checked after every step of every task, and once at the end. It and finally()
  /// are asked by the loop: they may call now(), but must not spawn, draw or touch a socket. One
  /// without a sentence only looks on, and always holds. `details`, if given, is asked for the
  /// values of a run in which it does not hold.
  void always(std::string sentence, std::function<bool()> holds,
              std::function<std::string()> details = {});
  /// A goal: checked once, when every task has ended.
  void finally(std::string sentence, std::function<bool()> holds,
               std::function<std::string()> details = {});
  /// Something a search must have met: unless `happens` is true in at least one of its runs, it
  /// fails. Guards against a test that never gets to what it is about.
  void sometimes(const char* sentence, bool happens);
  /// A line in the story of a failure.
  void note(std::string_view text);

  // ---- for the search ------------------------------------------------------------------------

  void check_invariants() const;
  void check_goals() const;
  /// What this run is repeated by, also when it does not come back.
  const Plan& plan() const { return plan_; }
  const std::vector<Drawn>& drawn() const { return drawn_; }
  const std::map<std::string, bool>& sometimes_seen() const { return sometimes_; }

 private:
  /// rapidcheck's: a range is scaled by it, so that below 100 no generator gives all its values.
  /// Small cases and large ones by turns, so that each finds what the other hides.
  int size() const { return 10 * static_cast<int>(1 + plan_.seed % 10); }

  struct Claim {
    std::string sentence;
    std::function<bool()> holds;
    std::function<std::string()> details;  ///< may be empty
  };
  struct DrawPlace {
    std::uint64_t seed;
    std::vector<std::uint64_t> path;
  };

  /// To the trace.
  static void tell_verdict(std::string_view sentence, bool holds, std::string_view details = {},
                           std::source_location where = {}, bool is_by_last_step = false);
  [[noreturn]] static void refute(const char* when, const Claim& claim, bool is_by_last_step);
  DrawPlace next_draw(const char* name);
  void tell_draw(const char* name, const std::string& value);

  Network& network_;
  const Plan& plan_;
  std::vector<std::shared_ptr<void>> kept_;
  SiteTable draw_sites_;
  std::vector<Drawn> drawn_;
  std::vector<Claim> invariants_;
  std::vector<Claim> goals_;
  std::map<std::string, bool> sometimes_;
};

/// What a search runs, again and again: the root task.
using Scenario = std::function<Task<>(Simulation&)>;

}  // namespace rill::simnet
