// Names of kinds. See record.h.
#include "scheduler/trace/record.h"

#include <array>

namespace rill::trace {
namespace {

constexpr std::array<std::string_view, kKinds> kNames = {
    "host",     "spawn",   "step",    "block",  "wake",     "finish",        "fail",      "kill",
    "time_out", "sync",    "decide",  "listen", "connect",  "established",   "accept",    "send",
    "segment",  "lost",    "deliver", "recv",   "shutdown", "end_of_stream", "close",     "reset",
    "refuse",   "resolve", "signal",  "fault",  "property", "note",          "run_fails", "end",
};

}  // namespace

std::string_view to_string(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_of(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Kind>(found - kNames.begin());
}

}  // namespace rill::trace
