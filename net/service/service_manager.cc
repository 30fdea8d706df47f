// See service_manager.h.
#include "net/service/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>

namespace rill {
namespace {

constexpr int kFirstInherited = 3;  // sd_listen_fds(3), SD_LISTEN_FDS_START
constexpr std::int64_t kMostInherited = 1024;
constexpr std::int64_t kMostMicroseconds = std::int64_t{1} << 50;  // so that nanoseconds fit

std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  unsetenv(name);
  return text;
}

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  manager.notify_socket_ = take_variable("NOTIFY_SOCKET");
  if (!manager.notify_socket_.empty()) {
    manager.sender_ =
        std::make_shared<ListeningSocket>(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  }

  // A variable that a parent forgot to remove names the parent: then nothing here is for us.
  const auto listen_pid = number_in(take_variable("LISTEN_PID"));
  const auto listen_fds = number_in(take_variable("LISTEN_FDS"));
  unsetenv("LISTEN_FDNAMES");
  if (listen_pid == getpid() && listen_fds.value_or(0) <= kMostInherited) {
    for (int i = 0; i < listen_fds.value_or(0); ++i) {
      manager.inherited_fds_.push_back(kFirstInherited + i);
    }
  }

  const std::string watchdog_pid = take_variable("WATCHDOG_PID");
  const auto watchdog_usec = number_in(take_variable("WATCHDOG_USEC"));
  const bool is_sensible = watchdog_usec > 0 && watchdog_usec < kMostMicroseconds;
  if (is_sensible && (watchdog_pid.empty() || number_in(watchdog_pid) == getpid())) {
    manager.watchdog_period_ = microseconds(*watchdog_usec);
  }
  return manager;
}

void ServiceManager::notify(std::string_view lines) const {
  if (notify_socket_.empty()) return;
  sockaddr_un address{};
  if (notify_socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  notify_socket_.copy(address.sun_path, notify_socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const auto size_bytes =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
  sendto(sender_->fd(), lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
         reinterpret_cast<sockaddr*>(&address), size_bytes);
}

void ServiceManager::notify_reloading() const {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t usec = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec));
}

}  // namespace rill
