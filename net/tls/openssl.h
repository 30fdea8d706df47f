// OpenSSL's objects with owners, and its errors as text. Internal to net/tls.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace rill::tls {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using OwnedBio = std::unique_ptr<BIO, Freer<BIO_free>>;
using OwnedContext = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using OwnedKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using OwnedSession = std::unique_ptr<SSL, Freer<SSL_free>>;
using OwnedCertificate = std::unique_ptr<X509, Freer<X509_free>>;

/// What the last failed call on this thread says of itself; forgets it. Never empty.
std::string take_openssl_error();

}  // namespace rill::tls
