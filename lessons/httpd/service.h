// Service: what all connections of a server share.
//
// One thread, so nothing is locked. The clock is a parameter: real time is the operating system's,
// and a simulated run must give the same dates each time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "lessons/httpd/access.h"
#include "lessons/httpd/admission.h"
#include "lessons/httpd/limits.h"
#include "lessons/httpd/metrics.h"
#include "lessons/httpd/responder.h"
#include "lessons/httpd/site.h"
#include "lessons/httpd/workbench.h"
#include "net/http/date.h"
#include "scheduler/list.h"

namespace rill::httpd {

struct ServiceTag;

/// A connection, as far as the end of the server concerns it.
class Stoppable : public ListNode<ServiceTag> {
 public:
  Stoppable() = default;
  virtual ~Stoppable() { unlink(); }
  /// Closes it unless something was asked for that is not answered yet; or, but for the last call,
  /// if it has just begun: its first request is probably on its way.
  virtual void close_if_idle(bool is_last_call) = 0;
};

struct Service {
  /// Counts in `metrics_of_worker`, which must outlive it; without, for itself.
  Service(Site& site, const Limits& limits, std::int64_t (*wall_seconds)(),
          Metrics* metrics_of_worker = nullptr);

  /// Now, in seconds since 1970, and ...
  std::int64_t wall_seconds() const { return wall_seconds_(); }
  /// ... for the Date field; valid until the next call.
  std::string_view date();

  Limits limits;
  Responder responder;
  Workbenches benches;
  std::unique_ptr<Metrics> own_metrics;  ///< unless it was given a block
  Metrics& metrics;
  Admission admission;
  List<Stoppable, ServiceTag> visits;  ///< all that are alive
  /// No more requests: what is being answered is the last.
  bool is_stopping = false;
  /// Hears of every answer; may be empty.
  std::function<void(const Access&)> on_access;

 private:
  std::int64_t (*wall_seconds_)();
  std::int64_t date_seconds_;
  http::DateText date_text_;
};

}  // namespace rill::httpd
