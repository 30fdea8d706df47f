// See seen_runs.h.
#include "tests/testing/seen_runs.h"

#include <utility>

#include "scheduler/trace/line.h"
#include "scheduler/trace/reader.h"
#include "simnet/network.h"

namespace rill::testing {

TraceSink* SeenRuns::on_run(Backend& backend) {
  const auto* const network = dynamic_cast<const simnet::Network*>(&backend);
  if (network == nullptr) return nullptr;
  trace::Header header;
  header.program = "property";
  header.token = token_;
  running_.emplace(header);
  running_->on_world(*network);
  return running_->recorder();
}

void SeenRuns::on_report(const RunReport& report) {
  running_->on_report(report);
  text_ = running_->text();
  ++runs_;
}

void SeenRuns::end_case() {
  kept_ = std::exchange(text_, {});
  count_ = std::exchange(runs_, 0);
}

std::string SeenRuns::trace_with_verdict(const std::string& sentence,
                                         const std::string& why) const {
  trace::Log log = trace::read(kept_);
  trace::Record& end = log.records.back();
  trace::Record verdict;
  verdict.n = end.n++;
  verdict.t_ns = end.t_ns;
  verdict.kind = trace::Kind::property;
  verdict.name = sentence;
  verdict.text = why;
  ++end.events;
  log.records.insert(log.records.end() - 1, std::move(verdict));
  std::string text;
  trace::append_line(text, log.header);
  for (const trace::Record& record : log.records) trace::append_line(text, record);
  return text;
}

}  // namespace rill::testing
