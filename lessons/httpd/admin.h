// The operator's port: /healthz and /metrics, on an address of its own.
//
//   curl 127.0.0.1:9090/healthz    "ok", or 503 "draining" from SIGTERM to the end
//   curl 127.0.0.1:9090/metrics    for Prometheus: metrics_text.h
//
// It serves no files, takes no part in the limits of the server's own port - it answers when that
// one is full - and needs little: kMostExchanges at a time, one request for each connection, all of
// it within kExchange.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "net/listener.h"
#include "scheduler/task.h"

namespace rill::httpd {

struct AdminAddress {
  std::string host;
  std::uint16_t port = 0;
};

/// "9090", "10.0.0.5:9090" or "[::1]:9090"; a port alone is on the loopback interface. Throws
/// lesson::UsageMistake.
AdminAddress parse_admin_address(const std::string& text);

/// The listener at `text`; in the simulation a port alone is on all addresses of the host, which
/// has no loopback. Throws lesson::UsageMistake.
Listener listen_for_admin(const std::string& text, bool is_real);

/// What the port answers from.
struct AdminView {
  std::function<bool()> is_draining;
  std::function<std::string()> metrics;
  std::function<std::string()> date;
};

/// Answers until it is killed.
Task<> serve_admin(Listener listener, AdminView view);

}  // namespace rill::httpd
