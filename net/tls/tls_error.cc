// See tls_error.h.
#include "net/tls/tls_error.h"

#include <cerrno>

namespace rill {

std::string_view to_string(TlsFault fault) {
  switch (fault) {
    case TlsFault::not_tls:
      return "not_tls";
    case TlsFault::no_agreement:
      return "no_agreement";
    case TlsFault::bad_certificate:
      return "bad_certificate";
    case TlsFault::refused:
      return "refused";
    case TlsFault::broken:
      return "broken";
    case TlsFault::cut_off:
      return "cut_off";
  }
  return "unknown";
}

TlsError::TlsError(TlsFault fault, std::string peer, std::string reason)
    : NetError("tls", peer, fault == TlsFault::cut_off ? ECONNRESET : EPROTO),
      fault_(fault),
      reason_(std::move(reason)),
      sentence_("TLS with " + std::move(peer) + ": " + reason_) {}

}  // namespace rill
