// See run_trace.h.
#include "simnet/explore/run_trace.h"

namespace rill::simnet {

void RunTrace::on_world(const Network& network) {
  surroundings_.emplace(network);
  recorder_.emplace(*surroundings_, sink_);
  if (other_ != nullptr) other_->on_world(network);
}

void RunTrace::on_event(const TraceEvent& event) {
  if (other_ != nullptr) other_->on_event(event);
}

void RunTrace::on_report(const RunReport& report) {
  recorder_->end(report);
  if (other_ != nullptr) other_->on_report(report);
}

}  // namespace rill::simnet
