// TLS over a connection: what comes out is a Connection like any other.
//
//   Connection plain = co_await connect("example.org", 443);
//   Connection page = co_await tls_connect(std::move(plain), TlsClientContext(), "example.org");
//
//   Task<> visit(Connection plain) {
//     Connection client = co_await tls_accept(std::move(plain), site);
//
// Contracts are those of net/connection.h, on real sockets and simulated ones, with these
// additions. Errors: NetError as before; TlsError where TLS is the reason. A stream that ends
// without the peer's goodbye (close_notify) is no end of stream: it is TlsFault::cut_off. Goodbye:
// shutdown_write(), close() and the end of a Connection say it, and then FIN goes out. If the
// socket has no room for its 30 bytes, a task called "goodbye" waits for it, for 10 s at most; like
// any task it ends with the run. A Connection that dies by kill says nothing: its peer sees
// cut_off, and does not take a torn message for a whole one. Nor does reset().
// Kill: as always. What a killed sendall had encrypted goes out before what is sent next.
// Suspension: a call takes one step at least; a large sendall as many operations as there are
// records of 16 KiB. A handshake computes for 0.1 to 2 ms in which nothing else runs.
// Memory of a connection that waits for input: 19 KB, nearly all OpenSSL's (tests/bench/tls.cc). At
// most, while records are under way both ways: 110 KB, however slow the peer and however much is
// sent.
#pragma once

#include <string>

#include "net/connection.h"
#include "net/tls/tls_context.h"
#include "net/tls/tls_error.h"
#include "scheduler/task.h"

namespace rill {

/// The server's part of the handshake. Throws TlsError or NetError; then the connection is closed.
/// There is no deadline: a server wants timeout(limit, tls_accept(...)). Bytes that are unread in
/// `connection` are taken for the beginning of what the client says.
Task<Connection> tls_accept(Connection connection, TlsServerContext context);

/// The client's part. `host`, a name or an address, is what the server's certificate must be for; a
/// name is also told to the server (SNI). As above.
Task<Connection> tls_connect(Connection connection, TlsClientContext context, std::string host);

/// The same in place, where somebody else may want to close the connection meanwhile. After an
/// error or a kill it is good for nothing but close(). It must outlive the call.
Task<> tls_begin(Connection& connection, const TlsServerContext& context);
Task<> tls_begin(Connection& connection, const TlsClientContext& context, std::string host);

}  // namespace rill
