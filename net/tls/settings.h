// Settings: what is behind a TLS context, and the SSL_CTX that it becomes. Internal to net/tls.
//
// A run on the operating system's randomness shares one SSL_CTX with all others; a run with
// randomness of its own gets one of its own, since keys and blinding that OpenSSL keeps in it were
// drawn in that run.
#pragma once

#include <mutex>
#include <string>

#include "net/tls/openssl.h"
#include "net/tls/pem.h"
#include "net/tls/tls_context.h"
#include "scheduler/backend.h"

namespace rill::tls {

class Settings {
 public:
  enum class Role : std::uint8_t { server, client };

  Settings(Role role, TlsOptions options);

  Role role() const { return role_; }
  /// For a connection of the running scheduler, within an InLibrary. Throws TlsSetupError.
  SSL_CTX* context_for(const Backend& backend);
  /// A server's certificate, a client's authorities. Empty: the system's.
  Pem certificates;
  Pem key;  ///< a server's
  std::string validity_warning(WallTime when) const;
  /// What can be known without a run. Throws TlsSetupError.
  void check() const;

 private:
  OwnedContext make_context(OSSL_LIB_CTX* library, bool has_system) const;
  void identify(SSL_CTX* context, OSSL_LIB_CTX* library) const;
  void trust(SSL_CTX* context, OSSL_LIB_CTX* library, bool has_system) const;

  const Role role_;
  const TlsOptions options_;
  const std::string protocols_;  ///< as ALPN lists them: each after its length
  const std::uint64_t number_;   ///< differs from that of any other
  std::once_flag is_made_;
  OwnedContext shared_;
};

}  // namespace rill::tls
