// The rules of a connection, as OpenSSL wants to be told. See settings.h and tls_context.h.
#include "net/tls/settings.h"

#include <openssl/asn1.h>
#include <openssl/err.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <map>

#include "net/tls/run_library.h"
#include "scheduler/scheduler.h"

namespace rill::tls {
namespace {

/// RFC 9325 4.2 for TLS 1.2; those of TLS 1.3 are all of that kind.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
/// As if broken by 2^112 operations: RSA from 2048 bits, elliptic curves from 224 (SP 800-57).
constexpr int kSecurityLevel = 2;
constexpr int kSecurityBits = 112;

std::atomic<std::uint64_t> settings_made = 0;

int version_number(TlsVersion version) {
  return version == TlsVersion::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Called for a client that names protocols. `ours` is Settings::protocols_.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned offered_bytes, void* ours) {
  const auto& own = *static_cast<const std::string*>(ours);
  unsigned char* found = nullptr;
  const int outcome =
      SSL_select_next_proto(&found, chosen_bytes, bytes_of(own), static_cast<unsigned>(own.size()),
                            offered, offered_bytes);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::string date_of(const ASN1_TIME* time) {
  tm date{};
  std::array<char, 32> text{};
  if (ASN1_TIME_to_tm(time, &date) != 1) return "an unknown date";
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", date.tm_year + 1900, date.tm_mon + 1,
                date.tm_mday);
  return text.data();
}

/// Contexts of the run that this thread is in.
struct OfRun {
  std::uint64_t run = 0;
  std::map<std::uint64_t, OwnedContext> contexts;  ///< by Settings::number_
};
thread_local OfRun of_run;

}  // namespace

Settings::Settings(Role role, TlsOptions options)
    : role_(role),
      options_(std::move(options)),
      protocols_(options_.protocol.empty()
                     ? ""
                     : static_cast<char>(options_.protocol.size()) + options_.protocol),
      number_(settings_made.fetch_add(1, std::memory_order_relaxed) + 1) {
  if (options_.protocol.size() > 255) {
    throw TlsSetupError("the name of an application protocol has at most 255 bytes (RFC 7301)");
  }
}

void Settings::check() const {
  if (role_ == Role::client) {
    if (!certificates.name.empty()) certificates_in(certificates, nullptr);
    return;
  }
  const auto chain = certificates_in(certificates, nullptr);
  const OwnedKey own_key = key_in(key, nullptr);
  if (X509_check_private_key(chain.front().get(), own_key.get()) != 1) {
    ERR_clear_error();
    throw TlsSetupError(key.name + " does not belong to " + certificates.name +
                        ", whose first certificate must be the server's own");
  }
  if (EVP_PKEY_get_security_bits(own_key.get()) < kSecurityBits) {
    throw TlsSetupError(key.name + " is too small to be safe: RSA needs 2048 bits");
  }
}

SSL_CTX* Settings::context_for(const Backend& backend) {
  OSSL_LIB_CTX* const library = library_of(backend);
  if (library == nullptr) {
    std::call_once(is_made_, [this] { shared_ = make_context(nullptr, true); });
    return shared_.get();
  }
  const std::uint64_t run = Scheduler::current("TLS").run_number();
  if (of_run.run != run) {
    of_run.contexts.clear();
    of_run.run = run;
  }
  OwnedContext& context = of_run.contexts[number_];
  if (context == nullptr) context = make_context(library, !backend.is_simulated());
  return context.get();
}

OwnedContext Settings::make_context(OSSL_LIB_CTX* library, bool has_system) const {
  OwnedContext owned(SSL_CTX_new_ex(library, nullptr, TLS_method()));
  SSL_CTX* const context = owned.get();
  if (context == nullptr) throw TlsSetupError("OpenSSL does not begin: " + take_openssl_error());
  SSL_CTX_set_security_level(context, kSecurityLevel);
  const bool is_set = SSL_CTX_set_min_proto_version(context, version_number(options_.least)) == 1 &&
                      SSL_CTX_set_max_proto_version(context, version_number(options_.most)) == 1 &&
                      SSL_CTX_set_cipher_list(context, kCiphers) == 1 &&
                      SSL_CTX_set_num_tickets(context, 0) == 1;
  if (!is_set) throw TlsSetupError("OpenSSL does not take our rules: " + take_openssl_error());
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // The buffers of an idle connection go. A call that is repeated after a kill has another buffer.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  role_ == Role::server ? identify(context, library) : trust(context, library, has_system);
  return owned;
}

void Settings::identify(SSL_CTX* context, OSSL_LIB_CTX* library) const {
  auto chain = certificates_in(certificates, library);
  const OwnedKey own_key = key_in(key, library);
  bool is_set = SSL_CTX_use_certificate(context, chain.front().get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, own_key.get()) == 1;
  for (std::size_t i = 1; is_set && i < chain.size(); ++i) {
    is_set = SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
  }
  if (!is_set) throw TlsSetupError(certificates.name + " is refused: " + take_openssl_error());
  if (protocols_.empty()) return;
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, const_cast<std::string*>(&protocols_));
}

void Settings::trust(SSL_CTX* context, OSSL_LIB_CTX* library, bool has_system) const {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!protocols_.empty()) {
    SSL_CTX_set_alpn_protos(context, bytes_of(protocols_),
                            static_cast<unsigned>(protocols_.size()));
  }
  if (certificates.name.empty()) {
    if (!has_system) {
      throw TlsSetupError(
          "a simulated run has no system whose authorities to trust: use "
          "TlsClientContext::trusting()");
    }
    if (SSL_CTX_set_default_verify_paths(context) == 1) return;
    throw TlsSetupError("the system's authorities cannot be used: " + take_openssl_error());
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const OwnedCertificate& authority : certificates_in(certificates, library)) {
    X509_STORE_add_cert(store, authority.get());
  }
}

std::string Settings::validity_warning(WallTime when) const {
  const auto chain = certificates_in(certificates, nullptr);
  std::time_t seconds = when.ns / 1'000'000'000;
  const ASN1_TIME* const begin = X509_get0_notBefore(chain.front().get());
  const ASN1_TIME* const end = X509_get0_notAfter(chain.front().get());
  if (X509_cmp_time(end, &seconds) < 0) {
    return certificates.name + " expired on " + date_of(end) + ": clients will refuse it";
  }
  if (X509_cmp_time(begin, &seconds) > 0) {
    return certificates.name + " is not valid before " + date_of(begin) +
           ": clients will refuse it until then";
  }
  return "";
}

}  // namespace rill::tls
