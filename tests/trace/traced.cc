// See traced.h.
#include "tests/trace/traced.h"

#include "scheduler/run.h"
#include "scheduler/trace/reader.h"
#include "scheduler/trace/recorder.h"
#include "scheduler/trace/writer.h"
#include "simnet/network.h"
#include "simnet/trace/surroundings.h"
#include "tests/testing/testing.h"
#include "tests/trace/consistency.h"

namespace rill::testing {

trace::Log traced(Task<> root, const RunOptions& wanted) {
  simnet::Network network;
  simnet::TraceSurroundings surroundings(network);
  trace::TextWriter lines({.program = "small"});
  trace::Recorder recorder(surroundings, lines);
  RunReport report;
  RunOptions options = wanted;
  options.recorder = &recorder;
  options.report = &report;
  try {
    run(std::move(root), network, options);
  } catch (const std::exception&) {  // it is in the trace
  }
  recorder.end(report);
  trace::Log log = trace::read(lines.text());
  CHECK(what_is_inconsistent(log) == "");
  return log;
}

std::string plain(const std::string& task) { return task.substr(0, task.find('#')); }

const trace::Record& first(const trace::Log& log, trace::Kind kind, const std::string& of) {
  for (const trace::Record& record : log.records) {
    const std::string& who = record.target.empty() ? record.task : record.target;
    if (record.kind == kind && plain(who) == of) return record;
  }
  FAIL("there is no " << to_string(kind) << " of " << of);
  return log.records.front();
}

}  // namespace rill::testing
