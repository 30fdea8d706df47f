// See trace_file.h.
#include "lessons/common/trace_file.h"

namespace rill::lesson {

void TraceFile::open(const Settings& settings, const trace::Header& header,
                     trace::Surroundings& surroundings, const trace::RecorderOptions& options) {
  files_.emplace(settings, header);
  recorder_.emplace(surroundings, *files_, options);
}

void TraceFile::open(const Settings& settings, const Program& program,
                     trace::TracingBackend& backend) {
  trace::Header header;
  header.program = program.name;
  header.world = std::string(backend.name());
  header.clock = "monotonic";
  open(settings, header, backend, backend.options());
  backend.follow(*recorder_);
}

void TraceFile::end(const RunReport& report, std::exception_ptr& failure) {
  if (!recorder_) return;
  recorder_->end(report);
  try {
    files_->finish();
  } catch (...) {
    if (!failure) failure = std::current_exception();
  }
}

}  // namespace rill::lesson
