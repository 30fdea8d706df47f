// From OpenSSL's error queue to a fault with a sentence. Part of Session.
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include "net/tls/session.h"

namespace rill::tls {

Fault Session::explain_certificate() const {
  const long error = SSL_get_verify_result(ssl_.get());
  std::string reason;
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      reason = "its certificate is for other hosts, not for " + name_;
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      reason = "its certificate has expired";
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      reason = "its certificate is not valid yet";
      break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      reason = "its certificate is signed by itself, and by nobody whom we trust";
      break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      reason = "its certificate is signed by nobody whom we trust";
      break;
    default:
      reason = "its certificate is not accepted: ";
      reason += X509_verify_cert_error_string(error);
  }
  return {TlsFault::bad_certificate, reason};
}

Fault Session::explain() const {
  const unsigned long error = ERR_peek_error();  // the first: later ones follow from it
  const int reason = ERR_GET_REASON(error);
  const std::string text = take_openssl_error();
  const bool is_server = role_ == Settings::Role::server;
  if (error == 0) {
    return {TlsFault::cut_off, "the stream ended in the middle of a record"};
  }
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return {TlsFault::broken, text};
  switch (reason) {
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return {TlsFault::cut_off, has_shaken_hands_
                                     ? "the stream ended without goodbye, so bytes may be missing"
                                     : "the peer closed the connection during the handshake"};
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return explain_certificate();
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return {TlsFault::not_tls, "the client speaks plain HTTP, and should use https://"};
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_BAD_PROTOCOL_VERSION_NUMBER:
    case SSL_R_UNKNOWN_PROTOCOL:
      // Also what an odd record in mid-session is called.
      if (has_shaken_hands_) return {TlsFault::broken, text};
      return {TlsFault::not_tls, is_server ? "the client does not speak TLS"
                                           : "the server does not speak TLS at this port"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_VERSION_TOO_HIGH:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return {TlsFault::no_agreement, "no version of TLS that both accept"};
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_CIPHERS_AVAILABLE:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return {TlsFault::no_agreement, "no cipher, key exchange or signature that both accept"};
    case SSL_R_NO_APPLICATION_PROTOCOL:
    case SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL:
      return {TlsFault::no_agreement, "no application protocol in common (ALPN)"};
    default:
      break;
  }
  if (reason >= SSL_AD_REASON_OFFSET) {
    return {TlsFault::refused, "the peer ended it: " + text};
  }
  return {TlsFault::broken, text};
}

}  // namespace rill::tls
