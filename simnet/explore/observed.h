// The events of one run, kept: what stories are made from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simnet/explore/run_once.h"

namespace rill::simnet {

struct ObservedEvent {
  std::uint64_t number = 0;
  Instant at;
  EventKind kind{};
  TaskId task = 0;
  std::string who;   ///< "client#3", or empty: the network itself
  std::string host;  ///< its host's name
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::string text;       ///< as the event has it; what `a` stands for where that is a socket
  std::string where;      ///< "framing.cc:31", or empty
  const char* path = "";  ///< of that file, as it was compiled
};

/// Keeps the first kMost events of a run and counts the rest.
class Observer final : public RunObserver {
 public:
  static constexpr std::size_t kMost = 100'000;

  void on_world(const Network& network) override { network_ = &network; }
  void on_event(const TraceEvent& event) override;
  const std::vector<ObservedEvent>& events() const { return events_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  const Network* network_ = nullptr;
  std::vector<ObservedEvent> events_;
  std::map<TaskId, std::string> names_;  // of tasks that have run
  std::uint64_t left_out_ = 0;
};

}  // namespace rill::simnet
