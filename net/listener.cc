// Binding and accepting. See listener.h.
#include "net/listener.h"

#include <cerrno>

#include "scheduler/spawn.h"

namespace rill {
namespace {

Address listen_address(std::string_view host, std::uint16_t port) {
  if (host.empty()) return Address::any_ipv4(port);
  if (host == "localhost") return Address::loopback_ipv4(port);
  if (const auto address = Address::parse(host, port)) return *address;
  throw NetError("listen",
                 std::string(host) + ":" + std::to_string(port) +
                     " (listening needs an address such as 127.0.0.1, 0.0.0.0 or ::)",
                 EINVAL);
}

}  // namespace

Connection Accept::await_resume() {
  const std::int64_t result = consume();
  if (result < 0) throw NetError("accept", at_, static_cast<int>(-result));
  return Connection(*task->scheduler, op_.accepted, op_.peer);
}

Listener::Listener(std::string_view host, std::uint16_t port, const ListenOptions& options)
    : backend_(&Scheduler::current("Listener").backend()) {
  const Address at = listen_address(host, port);
  const HostId here = detail::current_host(Scheduler::current("Listener"));
  const Listened listened = backend_->listen(here, at, options);
  if (listened.error != 0) throw NetError("listen", to_string(at), listened.error);
  socket_ = listened.handle;
  address_ = listened.bound;
}

Listener::Listener(Listener&& other) noexcept
    : backend_(other.backend_),
      socket_(std::exchange(other.socket_, {})),
      address_(other.address_) {}

Listener& Listener::operator=(Listener&& other) noexcept {
  close();
  backend_ = other.backend_;
  socket_ = std::exchange(other.socket_, {});
  address_ = other.address_;
  return *this;
}

void Listener::close() noexcept {
  if (socket_) backend_->close(std::exchange(socket_, {}));
}

}  // namespace rill
