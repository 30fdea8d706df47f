// See service.h.
#include "lessons/httpd/service.h"

namespace rill::httpd {

Service::Service(Site& site, const Limits& limits_of_clients, std::int64_t (*wall_seconds)(),
                 Metrics* metrics_of_worker)
    : limits(limits_of_clients),
      responder(site),
      benches(limits.request),
      own_metrics(metrics_of_worker == nullptr ? std::make_unique<Metrics>() : nullptr),
      metrics(metrics_of_worker == nullptr ? *own_metrics : *metrics_of_worker),
      admission(limits, metrics),
      wall_seconds_(wall_seconds),
      date_seconds_(wall_seconds()),
      date_text_(date_seconds_) {}

std::string_view Service::date() {
  const std::int64_t seconds = wall_seconds_();
  if (seconds != date_seconds_) {
    date_seconds_ = seconds;
    date_text_ = http::DateText(seconds);
  }
  return date_text_.text();
}

}  // namespace rill::httpd
