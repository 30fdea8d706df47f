// Two hosts and a connection between them: what most properties of a stream are played on.
#pragma once

#include <functional>
#include <string>

#include "net/net.h"
#include "simnet/explore/simulation.h"

namespace rill::school {

/// One end of a connection: a task on a host of its own, both called `name`.
struct Side {
  std::string name;
  std::function<Task<>(Connection& connection)> body;
  /// Its NetErrors are no failure: the other side may have gone away, and it is the other that is
  /// judged.
  bool may_lose_connection = false;
};

/// The port at which the accepting side listens, on its host's name.
inline constexpr std::uint16_t kPort = 80;

/// Connects the two, and returns when both have ended; both are killed with it.
Task<> converse(simnet::Simulation& sim, Side accepting, Side connecting);

/// Counts what is alive at a moment: up by one as long as one of these lives.
class Alive {
 public:
  explicit Alive(int& count) : count_(count) { ++count_; }
  Alive(const Alive&) = delete;
  Alive& operator=(const Alive&) = delete;
  ~Alive() { --count_; }

 private:
  int& count_;
};

/// "xxxx...": the shortest interesting bytes of that length, all different from their neighbours.
std::string bytes_of_length(std::size_t size_bytes);

}  // namespace rill::school
