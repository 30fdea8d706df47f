// Operations: what is around a server for whoever operates it - the access log, the operator's
// port, and the server's place among the workers that are counted together.
#pragma once

#include <memory>
#include <optional>

#include "lessons/common/serve.h"
#include "lessons/httpd/access_log.h"
#include "lessons/httpd/flags.h"
#include "lessons/httpd/log_troubles.h"
#include "lessons/httpd/metrics.h"
#include "lessons/httpd/service.h"
#include "scheduler/group.h"

namespace rill::httpd {

/// What the workers of one server have in common, which is as little as that.
struct SharedByWorkers {
  SharedByWorkers();
  MetricsRegistry metrics;
  LogTroubles log_troubles;
};

class Operations {
 public:
  /// Opens log and port as the flags say, and tells `service` of the log. The port is the first
  /// worker's. All must outlive it. Throws lesson::UsageMistake. Only within a run.
  Operations(const lesson::Settings& settings, const Flags& flags, Service& service,
             lesson::ServeState& state, SharedByWorkers& shared);
  ~Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  /// The last lines, after the server has ended. Suspends, for AccessLog::kClosing at most.
  Task<> close();

 private:
  void open_log(const Flags& flags);
  void open_admin(const Flags& flags);

  const lesson::Settings& settings_;
  Service& service_;
  lesson::ServeState& state_;
  SharedByWorkers& shared_;
  std::unique_ptr<LogSink> sink_;
  std::optional<AccessLog> log_;
  Group tasks_;  // the first to go
};

}  // namespace rill::httpd
