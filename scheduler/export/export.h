// Exports: a trace as the file of another tool. docs/exports.md shows each of them.
//
//   pcapng      Wireshark, tshark          the packets, as if a card had captured them
//   perfetto    ui.perfetto.dev            tasks as tracks, steps as slices, wakes as arrows
//   shiviz      bestchai.bitbucket.io      events with vector clocks; two runs side by side
//   mermaid     GitHub, GitLab             a sequence diagram of the last 200 messages
//   dot         Graphviz                   what happened before what, of the last 100 events
//
// Each is a pure function of the trace: the same trace gives the same bytes, everywhere. Each takes
// every Log that the reader accepts, however odd, and counts what it left out.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "scheduler/trace/record.h"

namespace rill::exports {

struct ExportResult {
  std::string bytes;         ///< the file
  std::string left_out;      ///< a sentence for people about what is not in it; empty: nothing
  std::uint64_t shown = 0;   ///< events of the trace that are in it; all others are counted in the
  std::uint64_t hidden = 0;  ///< sentence
};

enum class ExportKind : std::uint8_t { pcapng, perfetto, perfetto_time, shiviz, mermaid, dot };

/// "pcapng", "perfetto", "perfetto-time", "shiviz", "mermaid", "dot".
std::optional<ExportKind> export_kind(std::string_view name);
/// All of them, for help: "pcapng, perfetto, ...".
std::string export_kinds();

ExportResult make_export(ExportKind kind, const trace::Log& log);

/// what() is a sentence.
class ExportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes a file, over what is there; a new one is its owner's alone, since it shows what went over
/// connections. Throws ExportError.
void write_file(const std::string& path, std::string_view bytes);
/// The same with an export. The result has no bytes any more.
ExportResult write_export(ExportKind kind, const trace::Log& log, const std::string& path);

}  // namespace rill::exports
