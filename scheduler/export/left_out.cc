// The sentence. See left_out.h.
#include "scheduler/export/left_out.h"

#include <numeric>

#include "scheduler/trace/reader.h"

namespace rill::exports {

void LeftOut::add(std::uint64_t count, const std::string& what) {
  if (count > 0) more_.push_back(std::to_string(count) + " " + what);
}

std::string LeftOut::kinds() const {
  std::vector<std::string> counts;
  for (std::size_t i = 0; i < hidden_.size(); ++i) {
    if (hidden_[i] == 0) continue;
    counts.push_back(std::to_string(hidden_[i]) + " " +
                     std::string(to_string(static_cast<trace::Kind>(i))));
  }
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    text += (i == 0 ? "" : i + 1 < counts.size() ? ", " : " and ") + counts[i];
  }
  return text.empty() ? text : text + " events";
}

ExportResult LeftOut::result(std::string bytes, const trace::Log& log) const {
  ExportResult result;
  result.bytes = std::move(bytes);
  result.shown = shown_;
  result.hidden = std::accumulate(hidden_.begin(), hidden_.end(), std::uint64_t{0});
  std::string text = kinds();
  std::vector<std::string> parts = more_;
  if (std::string missing = trace::what_is_missing(log); !missing.empty()) {
    parts.push_back(std::move(missing));
  }
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  if (!text.empty()) result.left_out = "left out: " + text;
  return result;
}

}  // namespace rill::exports
