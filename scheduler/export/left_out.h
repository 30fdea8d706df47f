// LeftOut: what an export does not show, counted, and said in one sentence.
//
//   left out: 120 step and 31 decide events; 12 bytes that the trace had not kept are zeros
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/export/export.h"
#include "scheduler/trace/record.h"

namespace rill::exports {

class LeftOut {
 public:
  /// Each record of the log is counted once, as the one or the other.
  void hide(const trace::Record& record) { ++hidden_[static_cast<std::size_t>(record.kind)]; }
  void show() { ++shown_; }

  /// What is missing for another reason, such as "12 bytes are zeros": only if `count` is not 0.
  void add(std::uint64_t count, const std::string& what);

  /// Fills in what ExportResult says of it; with what the trace itself lacks.
  ExportResult result(std::string bytes, const trace::Log& log) const;

 private:
  std::string kinds() const;

  std::array<std::uint64_t, trace::kKinds> hidden_{};
  std::uint64_t shown_ = 0;
  std::vector<std::string> more_;
};

}  // namespace rill::exports
