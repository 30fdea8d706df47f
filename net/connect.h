// connect and resolve: from a name and a port to a Connection.
//
//   Connection connection = co_await connect("example.org", 80);
//
// connect() looks the name up and tries its addresses in the order in which they came. The next one
// begins when the one before has failed, or has not answered for 250 ms; the first connection that
// stands wins and the others are dropped (RFC 8305, "happy eyeballs"). The last error is the one
// reported. Suspends; Bluelet's blocked the whole loop. Kill or timeout leaves no half-open socket.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/connection.h"
#include "scheduler/time.h"

namespace rill {

/// How long an address is waited for before the next one is tried beside it (RFC 8305 section 5).
inline constexpr Duration kConnectStagger = milliseconds(250);

class [[nodiscard("connect() does nothing until it is awaited")]] ConnectTo final
    : public Operation<ConnectOp> {
 public:
  explicit ConnectTo(const Address& to) { op_.to = to; }
  Connection await_resume();
  WaitReport report() const override {
    return {.text = "connect to " + to_string(op_.to), .what = "connect"};
  }
};

/// To an address, without a lookup. Throws NetError (ECONNREFUSED, ETIMEDOUT, ENETUNREACH, ...).
inline ConnectTo connect(const Address& to) { return ConnectTo(to); }

/// To a name or an address literal. Throws NetError; ENOENT if there is no such name.
Task<Connection> connect(std::string host, std::uint16_t port);

/// To whichever of `addresses` answers first: for those who look the name up themselves, and have
/// their own mind about what came. At least one. Throws NetError, the last to fail.
Task<Connection> connect_any(std::vector<Address> addresses, Duration stagger = kConnectStagger);

class [[nodiscard("resolve() does nothing until it is awaited")]] Resolve final
    : public Operation<ResolveOp> {
 public:
  Resolve(std::string name, std::uint16_t port) {
    op_.name = std::move(name);
    op_.port = port;
  }
  std::vector<Address> await_resume();
  WaitReport report() const override {
    return {.text = "the address of " + op_.name, .what = "resolve"};
  }
};

/// The addresses of a name, in the order in which to try them; never empty. Throws NetError: ENOENT
/// no such name, EAGAIN the name server did not answer.
inline Resolve resolve(std::string name, std::uint16_t port = 0) { return {std::move(name), port}; }

}  // namespace rill
