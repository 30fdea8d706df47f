// See dial.h.
#include "net/client/dial.h"

#include <cerrno>

#include "net/client/faults.h"
#include "net/connect.h"
#include "net/tls/tls.h"
#include "scheduler/timeout.h"

namespace rill::http {
namespace {

/// Drops the addresses that the program does not want.
void keep_allowed(std::vector<Address>& addresses, const Url& url, const FetchOptions& options) {
  if (!options.allows_address) return;
  const Address first = addresses.front();
  std::erase_if(addresses,
                [&](const Address& address) { return !options.allows_address(address); });
  if (!addresses.empty()) return;
  throw FetchError(FetchFault::not_allowed, url.text(),
                   url.host() + " is " + first.host_text() + ", which is not allowed", EACCES);
}

Task<Connection> dial_in_time(const Url& url, const FetchOptions& options) {
  try {
    std::vector<Address> addresses;
    if (const auto literal = Address::parse(url.host(), url.port())) {
      addresses.push_back(*literal);
    } else {
      addresses = co_await resolve(url.host(), url.port());
    }
    keep_allowed(addresses, url, options);
    Connection connection = co_await connect_any(std::move(addresses));
    if (url.is_secure()) co_await tls_begin(connection, options.trust, url.host());
    co_return connection;
  } catch (const FetchError&) {
    throw;
  } catch (const TlsError& error) {
    throw no_tls(url, error.fault(), error.reason(), error.error());
  } catch (const TlsSetupError& error) {
    throw no_tls(url, TlsFault::no_agreement, error.what(), EPROTO);
  } catch (const NetError& error) {
    throw no_connection(url, error);
  }
}

}  // namespace

std::string origin_of(const Url& url) {
  return (url.is_secure() ? "https://" : "http://") + url.authority();
}

Task<Connection> dial(const Url& url, const FetchOptions& options) {
  if (options.connect_timeout.ns == 0) {
    Connection connection = co_await dial_in_time(url, options);
    co_return connection;
  }
  std::optional<Connection> connection =
      co_await timeout(options.connect_timeout, dial_in_time(url, options));
  if (!connection) {
    throw FetchError(FetchFault::connect_timed_out, url.text(),
                     "no connection to " + url.host() + ":" + std::to_string(url.port()) +
                         " within " + to_string(options.connect_timeout),
                     ETIMEDOUT);
  }
  co_return std::move(*connection);
}

}  // namespace rill::http
