// Any bytes as a trace: what the reader accepts, every export must take, in bounded memory, and
// both pictures.
#include <cstdint>
#include <cstdlib>

#include "scheduler/export/export.h"
#include "scheduler/export/pcapng.h"
#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "scheduler/view/text.h"

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
  if (rill::view::to_text(log, {.level = rill::view::Level::everything}).empty()) std::abort();
  if (rill::view::to_html(log).empty()) std::abort();
  return 0;
}
