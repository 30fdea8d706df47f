// The trace of one run of a scenario, as text, up to a bound: what is kept of a failure. Or into a
// sink of somebody else, as it goes.
#pragma once

#include <optional>
#include <string>

#include "scheduler/trace/recorder.h"
#include "scheduler/trace/writer.h"
#include "simnet/explore/run_once.h"
#include "simnet/trace/surroundings.h"

namespace rill::simnet {

class RunTrace final : public RunObserver {
 public:
  /// Of one run. `other`, which may be null, looks on as well.
  explicit RunTrace(const trace::Header& header, RunObserver* other = nullptr,
                    std::size_t most_bytes = trace::TextWriter::kMostBytes)
      : lines_(header, most_bytes), sink_(lines_), other_(other) {}
  /// Into `sink`, which must outlive it, and has the header already; then text() has no events.
  explicit RunTrace(trace::LineSink& sink) : lines_({}), sink_(sink), other_(nullptr) {}
  void on_world(const Network& network) override;
  void on_event(const TraceEvent& event) override;
  trace::Recorder* recorder() override { return &*recorder_; }
  void on_report(const RunReport& report) override;

  /// Once the run is over.
  const std::string& text() const { return lines_.text(); }

 private:
  trace::TextWriter lines_;
  trace::LineSink& sink_;
  RunObserver* other_;
  std::optional<TraceSurroundings> surroundings_;
  std::optional<trace::Recorder> recorder_;
};

}  // namespace rill::simnet
