// The recorder of a run, and the files that it fills: --trace, --view, --pcap.
#pragma once

#include <exception>
#include <optional>

#include "lessons/common/run_files.h"
#include "scheduler/trace/recorder.h"
#include "scheduler/trace/tracing_backend.h"

namespace rill::lesson {

/// Nothing, until it is opened.
class TraceFile {
 public:
  /// Throws UsageMistake if a file cannot be made. `surroundings` must outlive it.
  void open(const Settings& settings, const trace::Header& header,
            trace::Surroundings& surroundings, const trace::RecorderOptions& options = {});
  /// The same for a real run, or a replay, of which `backend` knows.
  void open(const Settings& settings, const Program& program, trace::TracingBackend& backend);
  /// For RunOptions::recorder; null if it is not open.
  trace::Recorder* recorder() { return recorder_ ? &*recorder_ : nullptr; }
  /// The run is over. What cannot be written is a failure, unless the run has one of its own.
  void end(const RunReport& report, std::exception_ptr& failure);

 private:
  std::optional<RunFiles> files_;
  std::optional<trace::Recorder> recorder_;
};

}  // namespace rill::lesson
