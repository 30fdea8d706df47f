// Connecting. See connect.h.
#include "net/connect.h"

#include <cerrno>

namespace rill {

Connection ConnectTo::await_resume() {
  const std::int64_t result = consume();
  if (result < 0) throw NetError("connect", to_string(op_.to), static_cast<int>(-result));
  return Connection(*task->scheduler, op_.connected, op_.to);
}

std::vector<Address> Resolve::await_resume() {
  const std::int64_t result = consume();
  if (result < 0) throw NetError("resolve", op_.name, static_cast<int>(-result));
  if (op_.addresses.empty()) throw NetError("resolve", op_.name, ENOENT);
  return std::move(op_.addresses);
}

Task<Connection> connect(std::string host, std::uint16_t port) {
  if (const auto literal = Address::parse(host, port)) {
    Connection direct = co_await connect(*literal);
    co_return direct;
  }
  const std::vector<Address> addresses = co_await resolve(host, port);
  for (std::size_t i = 0; i + 1 < addresses.size(); ++i) {
    try {
      Connection connection = co_await connect(addresses[i]);
      co_return connection;
    } catch (const NetError&) {
      continue;  // the next address may answer; only the last failure is reported
    }
  }
  Connection last = co_await connect(addresses.back());
  co_return last;
}

}  // namespace rill
