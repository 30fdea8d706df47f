// The server around the visits: accepts, and ends gracefully.
//
// On SIGTERM or SIGINT it stops accepting, closes the connections that are idle, lets the answers
// that are under way end within Limits::drain - they say "Connection: close" - and returns. A
// second signal then has its usual effect and ends the process at once. A NetError in a visit is
// that client's affair; any other exception ends the server, which rethrows it. Killed, it takes
// its connections along.
#pragma once

#include "lessons/common/program.h"
#include "lessons/httpd/service.h"
#include "scheduler/task.h"

namespace rill::httpd {

/// Listens where the settings say. `service` must outlive the call. Throws lesson::UsageMistake if
/// it cannot listen there.
Task<> serve(const lesson::Settings& settings, Service& service);

}  // namespace rill::httpd
