// Metrics as Prometheus reads them: text format 0.0.4.
//
// A family is its HELP and TYPE lines and then its samples, together; counters end in _total, base
// units are seconds and bytes, and the buckets of the histogram are cumulative and end in +Inf.
// Facts: prometheus.io, "Exposition formats" and "Metric and label naming".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lessons/httpd/metrics.h"
#include "lessons/httpd/process_info.h"

namespace rill::httpd {

inline constexpr std::string_view kMetricsMediaType = "text/plain; version=0.0.4; charset=utf-8";

/// `process` is left out where there is none: in the simulation, and in a run that is recorded.
std::string metrics_text(const Totals& totals, std::int64_t started_seconds,
                         const std::optional<ProcessInfo>& process);

}  // namespace rill::httpd
