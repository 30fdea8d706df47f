// Binding and accepting. See listener.h.
#include "net/listener.h"

#include <cerrno>

#include "scheduler/spawn.h"

namespace rill {

Address listen_address(std::string_view host, std::uint16_t port) {
  if (host.empty()) return Address::any_ipv4(port);
  if (host == "localhost") return Address::loopback_ipv4(port);
  if (const auto address = Address::parse(host, port)) return *address;
  throw NetError("listen",
                 std::string(host) + ":" + std::to_string(port) +
                     " (listening needs an address such as 127.0.0.1, 0.0.0.0 or ::)",
                 EINVAL);
}

void Accept::begin(PromiseBase& frame) {
  if (state_->acceptor != nullptr) {
    detail::refuse_second(*state_->acceptor, *frame.task, "accept",
                          "the listener at " + to_string(state_->address));
  }
  state_->acceptor = frame.task;
  accepting_ = true;
}

WaitReport Accept::report() const {
  return {.text = "accept on " + to_string(state_->address),
          .is_service = true,
          .what = "accept",
          .slot = op_.on.slot + 1};
}

Connection Accept::await_resume() {
  const std::int64_t result = consume();
  accepting_ = false;
  state_->acceptor = nullptr;
  if (result < 0) throw NetError("accept", to_string(state_->address), static_cast<int>(-result));
  return Connection(*task->scheduler, op_.accepted, op_.peer);
}

Listener::Listener(std::string_view host, std::uint16_t port, const ListenOptions& options)
    : state_(new ListenerState{&Scheduler::current("Listener").backend(), {}, {}}) {
  const Address at = listen_address(host, port);
  const Listened listened =
      state_->backend->listen(detail::current_host(Scheduler::current("Listener")), at, options);
  if (listened.error != 0) throw NetError("listen", to_string(at), listened.error);
  state_->socket = listened.handle;
  state_->address = listened.bound;
}

Listener& Listener::operator=(Listener&& other) noexcept {
  close();
  state_ = std::move(other.state_);
  return *this;
}

void Listener::close() noexcept {
  if (!state_ || !state_->socket) return;
  state_->backend->close(std::exchange(state_->socket, {}));
}

const StateRef<ListenerState>& Listener::state() const {
  if (!state_) throw UsageError("a call on a Listener that was moved from");
  return state_;
}

}  // namespace rill
