// Certificates and keys out of PEM text (RFC 7468), with a sentence for each way in which that
// fails. Internal to net/tls.
#pragma once

#include <string>
#include <vector>

#include "net/tls/openssl.h"
#include "net/tls/tls_error.h"

namespace rill::tls {

/// PEM text, and what to call it in a sentence: "the certificate file server.pem".
struct Pem {
  std::string text;
  std::string name;
};

/// `kind`: "certificate file". Throws TlsSetupError.
Pem read_pem(const std::string& kind, const std::string& path);

/// All of them, one at least, for use with `library`. Throws TlsSetupError.
std::vector<OwnedCertificate> certificates_in(const Pem& pem, OSSL_LIB_CTX* library);
/// The first. Throws TlsSetupError.
OwnedKey key_in(const Pem& pem, OSSL_LIB_CTX* library);

}  // namespace rill::tls
