// Listener: a port where connections arrive.
//
//   Listener listener("0.0.0.0", 8080);
//   Connection connection = co_await listener.accept();
//
// Ownership: owns the listening socket and closes it when destroyed; an accept in flight then ends
// with ECANCELED. It can be moved, also while a task waits in accept. One task at a time may: a
// second one gets a UsageError that names both. Kill of a task in accept loses no connection: one
// that had arrived is closed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/connection.h"

namespace rill {

/// What a Listener and the accept in flight on it share. Internal.
struct ListenerState {
  Backend* backend;  ///< not the scheduler: a Listener may outlive its run
  Handle socket;
  Address address;
  TaskControl* acceptor = nullptr;  ///< who is in accept now
  std::uint32_t references = 1;
};

class [[nodiscard("accept() does nothing until it is awaited")]] Accept final
    : public Operation<AcceptOp> {
 public:
  explicit Accept(StateRef<ListenerState> state) : state_(std::move(state)) {
    op_.on = state_->socket;
  }
  ~Accept() {
    if (accepting_) state_->acceptor = nullptr;
  }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    begin(frame.promise());
    Operation::await_suspend(frame);
  }
  Connection await_resume();
  WaitReport report() const override;

 private:
  void begin(PromiseBase& frame);

  StateRef<ListenerState> state_;
  bool accepting_ = false;
};

/// Where Listener(host, port) listens. Throws NetError (EINVAL) for a name.
Address listen_address(std::string_view host, std::uint16_t port);

class Listener {
 public:
  /// Listens from now on; never suspends. `host` is an address literal, "localhost", or "" for all
  /// addresses; port 0 lets the backend choose. Throws NetError (EADDRINUSE, EACCES, EADDRNOTAVAIL;
  /// EINVAL for a name: which address it has may change).
  explicit Listener(std::string_view host, std::uint16_t port, const ListenOptions& options = {});
  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&& other) noexcept;
  ~Listener() { close(); }

  /// The next connection; suspends, one step at least. Errors of a single connection (gone before
  /// it was accepted) are not reported: the next one is awaited; and want of descriptors or memory
  /// is waited out. A simulated network reports both, as accept(2) does, if it is told to make
  /// them: ECONNABORTED, EMFILE; a server should go on then, as accept_patiently() does
  /// (net/server.h). Throws NetError when the listener is closed, UsageError while another task is
  /// in it.
  Accept accept() { return Accept(state()); }
  /// Never suspends. Connections that wait to be accepted are reset.
  void close() noexcept;
  /// Where it listens, with the port that was chosen.
  const Address& address() const { return state()->address; }

 private:
  /// Throws UsageError on a Listener that was moved from.
  const StateRef<ListenerState>& state() const;

  StateRef<ListenerState> state_;
};

}  // namespace rill
