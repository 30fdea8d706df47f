// See service.h.
#include "lessons/httpd/service.h"

namespace rill::httpd {

Service::Service(Site& site, const Limits& limits_of_clients, std::int64_t (*wall_seconds)())
    : limits(limits_of_clients),
      responder(site),
      benches(limits.request),
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
