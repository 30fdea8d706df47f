// dial: the one place where the client makes a connection.
#pragma once

#include "net/client/options.h"
#include "net/connection.h"
#include "net/http/url.h"

namespace rill::http {

/// What connections may be shared by: scheme, host and port.
std::string origin_of(const Url& url);

/// A connection to the origin of `url`: looks the name up, asks options.allows_address about each
/// address and connects to one that it allows, within options.connect_timeout; with https, shakes
/// hands in that time too, and has the host prove who it is. What is connected to is what was asked
/// about: the name is not looked up again. Throws FetchError.
Task<Connection> dial(const Url& url, const FetchOptions& options);

}  // namespace rill::http
