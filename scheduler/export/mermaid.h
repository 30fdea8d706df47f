// A trace as a sequence diagram of Mermaid, which GitHub and GitLab draw within a text.
//
// Between hosts: a message for each segment, connection, FIN and RST, from where it leaves; a cross
// where it is lost. If all happens on one host, between its tasks: spawns, wakes, kills and what
// they send each other. Numbers are those of the trace.
#pragma once

#include "scheduler/export/export.h"

namespace rill::exports {

struct MermaidOptions {
  std::size_t most_messages = 200;       ///< with notes; the last ones
  std::size_t most_characters = 45'000;  ///< Mermaid draws no text beyond 50,000 (maxTextSize)
};

ExportResult to_mermaid(const trace::Log& log, const MermaidOptions& options = {});

}  // namespace rill::exports
