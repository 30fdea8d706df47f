// See pem.h.
#include "net/tls/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <memory>

namespace rill::tls {
namespace {

/// A file of all the world's authorities has 200 KiB.
constexpr std::size_t kMostFileBytes = std::size_t{8} << 20;

using OwnedFile = std::unique_ptr<FILE, Freer<std::fclose>>;

OwnedBio reader_of(const Pem& pem) {
  return OwnedBio(BIO_new_mem_buf(pem.text.data(), static_cast<int>(pem.text.size())));
}

/// Whether reading ended because nothing more is there.
bool is_at_end() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/// Nobody is at the terminal to be asked. Notes that somebody would have been.
int refuse_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

}  // namespace

Pem read_pem(const std::string& kind, const std::string& path) {
  Pem pem{"", "the " + kind + " " + path};
  const OwnedFile file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) {
    throw TlsSetupError(pem.name + " cannot be opened: " + std::strerror(errno));
  }
  std::array<char, 4096> part;
  while (std::feof(file.get()) == 0) {
    const std::size_t size_bytes = std::fread(part.data(), 1, part.size(), file.get());
    if (std::ferror(file.get()) != 0) {
      throw TlsSetupError(pem.name + " cannot be read: " + std::strerror(errno));
    }
    pem.text.append(part.data(), size_bytes);
    if (pem.text.size() > kMostFileBytes) {
      throw TlsSetupError(pem.name + " has more than 8 MiB, so it is something else");
    }
  }
  return pem;
}

std::vector<OwnedCertificate> certificates_in(const Pem& pem, OSSL_LIB_CTX* library) {
  ERR_clear_error();
  std::vector<OwnedCertificate> found;
  const OwnedBio reader = reader_of(pem);
  for (;;) {
    OwnedCertificate certificate(X509_new_ex(library, nullptr));
    X509* raw = certificate.get();
    if (PEM_read_bio_X509(reader.get(), &raw, nullptr, nullptr) == nullptr) {
      // One that began to read and failed has freed it, and says so.
      const X509* const freed = raw == nullptr ? certificate.release() : nullptr;
      static_cast<void>(freed);
      break;
    }
    found.push_back(std::move(certificate));
  }
  if (!is_at_end()) {
    throw TlsSetupError(pem.name +
                        " holds a certificate that cannot be read: " + take_openssl_error());
  }
  ERR_clear_error();
  if (found.empty()) {
    throw TlsSetupError(pem.name + " holds no certificate in PEM form (BEGIN CERTIFICATE)");
  }
  return found;
}

OwnedKey key_in(const Pem& pem, OSSL_LIB_CTX* library) {
  ERR_clear_error();
  const OwnedBio reader = reader_of(pem);
  bool is_encrypted = false;
  OwnedKey key(PEM_read_bio_PrivateKey_ex(reader.get(), nullptr, refuse_passphrase, &is_encrypted,
                                          library, nullptr));
  if (key != nullptr) {
    ERR_clear_error();
    return key;
  }
  const std::string reason = take_openssl_error();
  if (is_encrypted) {
    throw TlsSetupError(pem.name +
                        " is encrypted, and nobody is asked for a passphrase: decrypt it with "
                        "`openssl pkey -in FILE -out PLAIN`, readable by the server alone");
  }
  if (pem.text.find("PRIVATE KEY-----") == std::string::npos) {
    throw TlsSetupError(pem.name + " holds no private key in PEM form (BEGIN PRIVATE KEY)");
  }
  throw TlsSetupError(pem.name + " holds a private key that cannot be read: " + reason);
}

}  // namespace rill::tls
