// What goes wrong with TLS: while it is set up (TlsSetupError), and on a connection (TlsError).
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/net_error.h"

namespace rill {

enum class TlsFault : std::uint8_t {
  not_tls,          ///< the peer speaks something else, such as plain HTTP
  no_agreement,     ///< no version, cipher or protocol in common
  bad_certificate,  ///< the peer's: not trusted, not valid now, not for this host
  refused,          ///< the peer ended it with an alert
  broken,           ///< the peer broke the rules, or the bytes were tampered with
  cut_off,          ///< the stream ended without goodbye (close_notify): bytes may be missing
};

/// "not_tls", ...
std::string_view to_string(TlsFault fault);

/// A connection that failed because of TLS. error() is EPROTO; ECONNRESET for cut_off, since that
/// is what it means: so a program that knows only NetError does the right thing. Once thrown, every
/// later call on the connection fails in the same way.
class TlsError : public NetError {
 public:
  /// `reason` is a sentence without its end.
  TlsError(TlsFault fault, std::string peer, std::string reason);

  TlsFault fault() const { return fault_; }
  const std::string& reason() const { return reason_; }
  /// "TLS with 10.0.0.2:443: the certificate has expired"
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  TlsFault fault_;
  std::string reason_;
  std::string sentence_;
};

/// A certificate, key or trust store that cannot be used; what() is one sentence that says why and,
/// where one can know, what to do.
class TlsSetupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace rill
