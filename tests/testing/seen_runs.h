// SeenRuns: the simulated runs of one case of a property, which knows nothing of it: the last of
// them becomes the page that is left of a counterexample.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "scheduler/onlooker.h"
#include "scheduler/trace/record.h"
#include "simnet/explore/run_trace.h"

namespace rill::testing {

class SeenRuns final : public Onlooker {
 public:
  /// Looks on while it lives. `token` repeats the case.
  explicit SeenRuns(std::string token) : token_(std::move(token)) {}
  TraceSink* on_run(Backend& backend) override;
  void on_report(const RunReport& report) override;

  /// The runs since the last call were one case; those of the case before are forgotten.
  void end_case();
  /// How many runs the last case had on a simulated network.
  std::size_t count() const { return count_; }
  /// The trace of the last of them, with a verdict as its last event: the property `sentence` does
  /// not hold, for the reason `why`. Only if count() > 0.
  std::string trace_with_verdict(const std::string& sentence, const std::string& why) const;

 private:
  std::string token_;
  std::optional<simnet::RunTrace> running_;
  std::string text_;  ///< of the last run
  std::string kept_;  ///< of the last run of the last case
  std::size_t runs_ = 0;
  std::size_t count_ = 0;
};

}  // namespace rill::testing
