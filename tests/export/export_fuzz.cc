// Any bytes as a trace: what the reader accepts, every export must take, in bounded memory.
#include <cstdint>
#include <cstdlib>

#include "scheduler/export/export.h"
#include "scheduler/export/pcapng.h"
#include "scheduler/trace/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace rill::exports;
  rill::trace::Log log;
  try {
    log = rill::trace::read({reinterpret_cast<const char*>(data), size_bytes});
  } catch (const rill::trace::ReadError&) {
    return 0;
  }
  for (const ExportKind kind : {ExportKind::perfetto, ExportKind::perfetto_time, ExportKind::shiviz,
                                ExportKind::mermaid, ExportKind::dot}) {
    const ExportResult result = make_export(kind, log);
    if (result.shown + result.hidden != log.records.size()) std::abort();
  }
  const ExportResult capture = to_pcapng(log, {.most_bytes = 1 << 20});
  if (capture.shown + capture.hidden != log.records.size()) std::abort();
  return 0;
}
