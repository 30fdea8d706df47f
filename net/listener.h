// Listener: a port where connections arrive.
//
//   Listener listener("0.0.0.0", 8080);
//   Connection connection = co_await listener.accept();
//
// Ownership: owns the listening socket and closes it when destroyed; an accept in flight then ends
// with ECANCELED. Kill of a task in accept loses no connection: one that had arrived is closed.
#pragma once

#include <string>
#include <string_view>

#include "net/connection.h"

namespace rill {

class [[nodiscard("accept() does nothing until it is awaited")]] Accept final
    : public Operation<AcceptOp> {
 public:
  Accept(Handle listener, std::string at) : at_(std::move(at)) { op_.on = listener; }
  Connection await_resume();
  WaitReport report() const override { return {"accept on " + at_, {}, true}; }

 private:
  std::string at_;
};

class Listener {
 public:
  /// Listens from now on; never suspends. `host` is an address literal, "localhost", or "" for all
  /// addresses; port 0 lets the backend choose. Throws NetError (EADDRINUSE, EACCES, EADDRNOTAVAIL;
  /// EINVAL for a name: which address it has may change).
  explicit Listener(std::string_view host, std::uint16_t port, const ListenOptions& options = {});
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) noexcept;
  ~Listener() { close(); }

  /// The next connection; suspends, one step at least. Errors of a single connection (gone before
  /// it was accepted) are not reported: the next one is awaited. Throws NetError when the listener
  /// is closed.
  Accept accept() { return Accept(socket_, to_string(address_)); }
  /// Never suspends. Connections that wait to be accepted are reset.
  void close() noexcept;
  /// Where it listens, with the port that was chosen.
  const Address& address() const { return address_; }

 private:
  Backend* backend_;  // not the scheduler: a Listener may outlive its run
  Handle socket_;
  Address address_;
};

}  // namespace rill
