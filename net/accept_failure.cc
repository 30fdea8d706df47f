// The errors of accept(2), sorted. See accept_failure.h.
#include "net/accept_failure.h"

#include <cerrno>

namespace rill {

AcceptFailure accept_failure(int error) {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case EPERM:  // a firewall's
    // Errors of the network that were pending on the new socket: accept(2), "Error handling".
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return AcceptFailure::of_connection;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:  // epoll_ctl(2): max_user_watches
      return AcceptFailure::shortage;
    default:
      return AcceptFailure::of_listener;
  }
}

}  // namespace rill
