// See metrics_text.h.
#include "lessons/httpd/metrics_text.h"

#include <algorithm>

namespace rill::httpd {
namespace {

/// Families one after another.
class Text {
 public:
  Text& family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    return *this;
  }
  /// `labels` as in {status="2xx"}, or "".
  void sample(std::string_view labels, const std::string& value) { sample("", labels, value); }
  void sample(std::string_view suffix, std::string_view labels, const std::string& value) {
    out_.append(name_).append(suffix).append(labels).append(" ").append(value).append("\n");
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "counter", help).sample("", std::to_string(value));
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "gauge", help).sample("", std::to_string(value));
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string name_;
};

std::string label(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + std::string(value) + "\"";
}

/// 1500 as "0.0015".
std::string seconds_text(std::uint64_t us) {
  std::string fraction = std::to_string(us % 1'000'000 + 1'000'000).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return std::to_string(us / 1'000'000) + (fraction.empty() ? "" : "." + fraction);
}

void add_connections(Text& text, const Totals& totals) {
  text.counter("httpd_connections_accepted_total", "Connections that were accepted.",
               totals.connections_accepted);
  text.gauge("httpd_connections_open", "Connections that are open now.",
             totals.connections_accepted -
                 std::min(totals.connections_closed, totals.connections_accepted));
  text.gauge("httpd_connections_limit", "Connections that can be open at a time.",
             totals.connections_limit);
  text.counter("httpd_connections_refused_total",
               "Connections that were turned away, since their client had too many.",
               totals.connections_refused);
}

void add_requests(Text& text, const Totals& totals) {
  text.family("httpd_requests_total", "counter", "Requests answered, by method and status class.");
  for (std::size_t method = 0; method < std::size(kMethodNames); ++method) {
    for (std::size_t i = 0; i < kStatusClasses; ++i) {
      text.sample("{" + label("method", kMethodNames[method]) + "," +
                      label("status", std::to_string(i + 2) + "xx") + "}",
                  std::to_string(totals.requests[method][i]));
    }
  }
  text.family("httpd_request_duration_seconds", "histogram",
              "From the first byte of a request to the last of its answer.");
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < kDurationBuckets; ++i) {
    so_far += totals.durations[i];
    const bool is_last = i == std::size(kDurationBoundsUs);
    const std::string bound =
        is_last ? "+Inf" : seconds_text(static_cast<std::uint64_t>(kDurationBoundsUs[i]));
    text.sample("_bucket", "{" + label("le", bound) + "}", std::to_string(so_far));
  }
  text.sample("_sum", "", seconds_text(totals.durations_sum_us));
  text.sample("_count", "", std::to_string(so_far));
  text.counter("httpd_sent_bytes_total", "Bytes of answers that were handed to the kernel.",
               totals.sent_bytes);
}

void add_troubles(Text& text, const Totals& totals) {
  text.family("httpd_deadlines_expired_total", "counter",
              "Deadlines that clients, or the last answers of a server that ends, have missed.");
  for (std::size_t i = 0; i < std::size(kDeadlineNames); ++i) {
    text.sample("{" + label("deadline", kDeadlineNames[i]) + "}",
                std::to_string(totals.deadlines[i]));
  }
  text.counter("httpd_tls_handshake_failures_total", "TLS handshakes that failed.",
               totals.handshake_failures);
  text.counter("httpd_access_log_lines_total", "Lines that are in the access log.",
               totals.log_lines);
  text.counter("httpd_access_log_lines_lost_total", "Lines that the access log could not take.",
               totals.log_lines_lost);
}

void add_process(Text& text, const ProcessInfo& process) {
  text.gauge("process_open_fds", "Descriptors that are open.", process.open_descriptors);
  text.gauge("process_max_fds", "Descriptors that can be open (RLIMIT_NOFILE).",
             process.most_descriptors);
  text.gauge("process_resident_memory_bytes", "Resident memory.", process.resident_bytes);
  text.family("process_cpu_seconds_total", "counter", "CPU time that was used.")
      .sample("", seconds_text(process.cpu_us));
}

}  // namespace

std::string metrics_text(const Totals& totals, std::int64_t started_seconds,
                         const std::optional<ProcessInfo>& process) {
  Text text;
  add_connections(text, totals);
  add_requests(text, totals);
  add_troubles(text, totals);
  text.gauge("process_start_time_seconds", "When the server started, since 1970.",
             static_cast<std::uint64_t>(started_seconds));
  if (process) add_process(text, *process);
  return text.take();
}

}  // namespace rill::httpd
