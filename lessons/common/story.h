// Story: a run as a picture in text - time downwards, a lane for each host, an arrow for each thing
// that crosses the network.
//
//        leaves   arrives    server   alice    bob
//         0.000                ●        │       │       listens on port 4915
//         0.000     1.204      │◀───────┤       │       connects
//         2.408     3.612      │◀───────┤       │       "hello\n"
//         3.612     4.816      ├───────▶│       │       "hello\n"
//
// A TraceSink: it hears of every event of a simulated run and keeps what a person wants to see. A
// pure function of the event stream and of its options, so the same seed gives the same bytes. A
// long run is folded: first and last rows, and between them a line that says what was left out. Its
// memory is bounded, however long the run.
#pragma once

#include <memory>
#include <string>

#include "scheduler/trace.h"

namespace rill::simnet {
class Network;
}

namespace rill::lesson {

struct StoryOptions {
  std::size_t most_rows = 30;  ///< of the picture; what is between first and last is folded
  bool with_colour = false;
};

class Story final : public TraceSink {
 public:
  /// `network` names the hosts; it must outlive the story.
  explicit Story(const simnet::Network& network, const StoryOptions& options = {});
  ~Story() override;
  void on_event(const TraceEvent& event) override;

  /// The picture, after the run: several lines, each ended with "\n".
  std::string picture() const;
  /// "3 connections, 96 bytes, ", or nothing if nobody connected.
  std::string totals() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rill::lesson
