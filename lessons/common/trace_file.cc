// See trace_file.h.
#include "lessons/common/trace_file.h"

#include "lessons/common/program.h"

namespace rill::lesson {

void TraceFile::open(const std::string& path, const trace::Header& header,
                     trace::Surroundings& surroundings, const trace::RecorderOptions& options) {
  try {
    file_.emplace(path, header);
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
  recorder_.emplace(surroundings, *file_, options);
}

void TraceFile::open(const std::string& path, const Program& program,
                     trace::TracingBackend& backend) {
  const std::string world(backend.name());
  open(path, {.program = program.name, .world = world, .clock = "monotonic"}, backend,
       backend.options());
  backend.follow(*recorder_);
}

void TraceFile::end(const RunReport& report) {
  if (recorder_) recorder_->end(report);
}

}  // namespace rill::lesson
