// The server around the visits.
//
// It is lesson::serve() with this about its end: when it stops, connections that are idle are
// closed at once - those younger than Limits::linger_when_stopping, whose first request is probably
// on its way, after that time - and the answers that are under way may end within Settings::drain.
// They are the last of their connections, and say so if they begin after the stop.
#pragma once

#include "lessons/common/serve.h"
#include "lessons/httpd/service.h"
#include "scheduler/task.h"

namespace rill::httpd {

/// Serves until SIGTERM or SIGINT. `settings`, `service` and `state`, if given, must outlive the
/// call, which sets state->on_stopping. Throws lesson::UsageMistake if it cannot listen there.
Task<> serve(const lesson::Settings& settings, Service& service,
             lesson::ServeState* state = nullptr);

}  // namespace rill::httpd
