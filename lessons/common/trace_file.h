// --trace FILE: the recorder of a run, and the file that it writes.
#pragma once

#include <optional>

#include "scheduler/trace/recorder.h"
#include "scheduler/trace/tracing_backend.h"
#include "scheduler/trace/writer.h"

namespace rill::lesson {

struct Program;

/// Nothing, until it is opened.
class TraceFile {
 public:
  /// Throws UsageMistake if the file cannot be made. `surroundings` must outlive it.
  void open(const std::string& path, const trace::Header& header, trace::Surroundings& surroundings,
            const trace::RecorderOptions& options = {});
  /// The same for a real run, or a replay, of which `backend` knows.
  void open(const std::string& path, const Program& program, trace::TracingBackend& backend);
  /// For RunOptions::recorder; null if it is not open.
  trace::Recorder* recorder() { return recorder_ ? &*recorder_ : nullptr; }
  /// The run is over.
  void end(const RunReport& report);

 private:
  std::optional<trace::FileWriter> file_;
  std::optional<trace::Recorder> recorder_;
};

}  // namespace rill::lesson
