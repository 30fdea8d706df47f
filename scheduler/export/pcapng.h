// A trace as a capture for Wireshark. See conversation.h for which packets there are.
//
// Each packet's comment carries the task and the step (n of the event), as `task=reader#4 step=41`;
// further comments tell losses and faults. Names of hosts are in the file. The window is constant,
// since no trace says how large it was.
#pragma once

#include "scheduler/export/export.h"

namespace rill::exports {

struct PcapngOptions {
  std::uint64_t most_bytes = std::uint64_t{256}
                             << 20;  ///< of the file; packets beyond are left out
};

ExportResult to_pcapng(const trace::Log& log, const PcapngOptions& options = {});

}  // namespace rill::exports
