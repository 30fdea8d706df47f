// TlsServerContext, TlsClientContext: with what a server shows who it is, and whom a client trusts.
//
//   const auto site = TlsServerContext::from_files("chain.pem", "key.pem");
//   const TlsClientContext trust;                          // the system's authorities
//
// Both are read and checked when they are made: what cannot work is a TlsSetupError, one sentence.
// They are small handles to what is shared; copies, runs and threads may use one at a time.
// The rules for connections are the same in both, those of RFC 9325: TLS 1.2 or 1.3, ciphers with
// forward secrecy and authentication only, no renegotiation, no compression. There are no session
// tickets and nothing is resumed: a server that keeps no key to old sessions cannot lose it, runs
// can be repeated, and keep-alive saves more handshakes than resumption does.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "scheduler/time.h"

namespace rill {

namespace tls {
class Settings;
}

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

struct TlsOptions {
  TlsVersion least = TlsVersion::tls_1_2;
  TlsVersion most = TlsVersion::tls_1_3;
  /// The one application protocol (ALPN, RFC 7301). A peer that names others but not this is
  /// refused; one that names none is not. Empty: nothing is said about it.
  std::string protocol = "http/1.1";
};

class TlsServerContext {
 public:
  /// PEM text: the server's certificate, then those between it and the authority; and its key.
  TlsServerContext(std::string certificates, std::string key, const TlsOptions& options = {});
  /// The same from files, which are read now.
  static TlsServerContext from_files(const std::string& certificates, const std::string& key,
                                     const TlsOptions& options = {});

  /// A sentence if the certificate is not valid at `when`, since clients will refuse it: "the
  /// certificate file a.pem expired on 2026-01-31". Empty if it is.
  std::string validity_warning(WallTime when) const;

  const std::shared_ptr<tls::Settings>& settings() const { return settings_; }  ///< internal

 private:
  explicit TlsServerContext(std::shared_ptr<tls::Settings> settings);
  std::shared_ptr<tls::Settings> settings_;
};

class TlsClientContext {
 public:
  /// Trusts the authorities of the system (on Debian: package ca-certificates). In a simulated run,
  /// where there is no system, its first use throws TlsSetupError.
  TlsClientContext() : TlsClientContext(TlsOptions()) {}
  explicit TlsClientContext(const TlsOptions& options);
  /// Trusts the authorities in this PEM text, and nobody else.
  static TlsClientContext trusting(std::string authorities, const TlsOptions& options = {});
  static TlsClientContext trusting_file(const std::string& path, const TlsOptions& options = {});

  const std::shared_ptr<tls::Settings>& settings() const { return settings_; }  ///< internal

 private:
  explicit TlsClientContext(std::shared_ptr<tls::Settings> settings);
  std::shared_ptr<tls::Settings> settings_;
};

}  // namespace rill
