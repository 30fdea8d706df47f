// Which function makes which export, and the file it goes to. See export.h.
#include "scheduler/export/export.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "scheduler/export/graphviz.h"
#include "scheduler/export/mermaid.h"
#include "scheduler/export/pcapng.h"
#include "scheduler/export/perfetto.h"
#include "scheduler/export/shiviz.h"
#include "scheduler/no_write_signal.h"

namespace rill::exports {
namespace {

constexpr std::array<std::pair<std::string_view, ExportKind>, 6> kKinds = {{
    {"pcapng", ExportKind::pcapng},
    {"perfetto", ExportKind::perfetto},
    {"perfetto-time", ExportKind::perfetto_time},
    {"shiviz", ExportKind::shiviz},
    {"mermaid", ExportKind::mermaid},
    {"dot", ExportKind::dot},
}};

[[noreturn]] void fail(const std::string& path) {
  throw ExportError("cannot write '" + path + "': " + std::generic_category().message(errno));
}

}  // namespace

std::optional<ExportKind> export_kind(std::string_view name) {
  for (const auto& [known, kind] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::string export_kinds() {
  std::string names;
  for (const auto& [name, kind] : kKinds) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

ExportResult make_export(ExportKind kind, const trace::Log& log) {
  switch (kind) {
    case ExportKind::pcapng:
      return to_pcapng(log);
    case ExportKind::perfetto:
      return to_perfetto(log, PerfettoClock::steps);
    case ExportKind::perfetto_time:
      return to_perfetto(log, PerfettoClock::time);
    case ExportKind::shiviz:
      return to_shiviz(log);
    case ExportKind::mermaid:
      return to_mermaid(log);
    case ExportKind::dot:
      return to_graphviz(log);
  }
  return {};
}

void write_file(const std::string& path, std::string_view bytes) {
  const NoWriteSignal no_signal;
  const int made =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  std::FILE* const file = made < 0 ? nullptr : ::fdopen(made, "wb");
  if (file == nullptr) fail(path);
  const bool is_written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int error = errno;
  if (std::fclose(file) != 0) fail(path);
  if (!is_written) {
    errno = error;
    fail(path);
  }
}

ExportResult write_export(ExportKind kind, const trace::Log& log, const std::string& path) {
  ExportResult result = make_export(kind, log);
  write_file(path, result.bytes);
  result.bytes.clear();
  return result;
}

}  // namespace rill::exports
