// The handshake, in calls of the connection that it is for. See tls.h.
#include "net/tls/tls.h"

#include "net/tls/session.h"
#include "net/tls/settings.h"
#include "net/tls/tls_layer.h"

namespace rill {
namespace {

using tls::Session;

/// Most of all for the alert that tells the peer why: there it makes no difference if it fails.
Task<> send_output(Connection& connection, Session& session) {
  if (session.output().empty()) co_return;
  try {
    co_await connection.sendall(session.output());
  } catch (const NetError&) {
    if (!session.fault()) throw;
  }
  session.output().clear();
}

Task<> shake_hands(Connection& connection, Session& session) {
  std::string& unread = connection.unread();
  for (;;) {
    session.input().append(std::exchange(unread, {}));
    const Session::Outcome outcome = session.shake_hands();
    co_await send_output(connection, session);
    if (outcome == Session::Outcome::done) co_return;
    if (outcome != Session::Outcome::wants_input) session.raise(to_string(connection.peer()));
    const bool has_more = co_await connection.fill(tls::kMostRecordBytes);
    if (!has_more) session.end_input();
  }
}

Task<> begin(Connection& connection, std::shared_ptr<tls::Settings> settings, std::string host) {
  ConnectionState& state = detail::state_of(connection);
  if (state.layer != nullptr) throw UsageError("TLS on a connection that has TLS already");
  Scheduler& scheduler = Scheduler::current("TLS");
  auto session =
      std::make_unique<Session>(*settings, *state.backend, detail::current_host(scheduler), host);
  co_await shake_hands(connection, *session);
  state.layer = std::make_unique<tls::TlsLayer>(state, std::move(session));
}

}  // namespace

Task<> tls_begin(Connection& connection, const TlsServerContext& context) {
  return begin(connection, context.settings(), "");
}

Task<> tls_begin(Connection& connection, const TlsClientContext& context, std::string host) {
  return begin(connection, context.settings(), std::move(host));
}

Task<Connection> tls_accept(Connection connection, TlsServerContext context) {
  co_await begin(connection, context.settings(), "");
  co_return connection;
}

Task<Connection> tls_connect(Connection connection, TlsClientContext context, std::string host) {
  co_await begin(connection, context.settings(), std::move(host));
  co_return connection;
}

}  // namespace rill
