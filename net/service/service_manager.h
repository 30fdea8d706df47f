// ServiceManager: what systemd hands to a service, and what it wants to hear, by the environment
// variables of sd_listen_fds(3), sd_notify(3) and sd_watchdog_enabled(3).
//
//   ServiceManager manager = ServiceManager::from_environment();
//   manager.notify("READY=1");
//
// By hand, since the whole protocol is three variables and a datagram, and libsystemd has no static
// library. Other supervisors (s6, runit's helpers, podman) speak it too. Without one every call
// does nothing. Const calls may come from any thread; nothing suspends.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/service/listening_socket.h"
#include "scheduler/time.h"

namespace rill {

class ServiceManager {
 public:
  /// Nobody is there.
  ServiceManager() = default;
  /// Reads the variables and removes those that are not for children. Before any thread starts.
  static ServiceManager from_environment();

  /// Lines of NAME=VALUE: READY=1, STOPPING=1, STATUS=..., WATCHDOG=1. What cannot be delivered is
  /// lost: a manager that does not listen must not stop the service.
  void notify(std::string_view lines) const;
  /// RELOADING=1 with the time, as sd_notify(3) wants it; READY=1 ends it.
  void notify_reloading() const;

  /// Whether it wants to hear from us again and again, and how often at least; zero: no.
  Duration watchdog_period() const { return watchdog_period_; }
  /// The descriptors of sockets that it opened for us; not yet looked at (prepare_inherited()).
  const std::vector<int>& inherited_fds() const { return inherited_fds_; }

 private:
  std::string notify_socket_;  // a path, or "@name" for an abstract socket; empty: none
  /// Open from the beginning: a server that has run out of descriptors still has to say that it
  /// lives, or its watchdog ends it.
  std::shared_ptr<const ListeningSocket> sender_;
  Duration watchdog_period_;
  std::vector<int> inherited_fds_;
};

}  // namespace rill
