// See tls_context.h; what is behind it is in settings.cc.
#include "net/tls/tls_context.h"

#include "net/tls/settings.h"

namespace rill {
namespace {

std::shared_ptr<tls::Settings> of_server(tls::Pem certificates, tls::Pem key,
                                         const TlsOptions& options) {
  auto settings = std::make_shared<tls::Settings>(tls::Settings::Role::server, options);
  settings->certificates = std::move(certificates);
  settings->key = std::move(key);
  settings->check();
  return settings;
}

std::shared_ptr<tls::Settings> of_client(tls::Pem authorities, const TlsOptions& options) {
  auto settings = std::make_shared<tls::Settings>(tls::Settings::Role::client, options);
  settings->certificates = std::move(authorities);
  settings->check();
  return settings;
}

}  // namespace

TlsServerContext::TlsServerContext(std::shared_ptr<tls::Settings> settings)
    : settings_(std::move(settings)) {}

TlsServerContext::TlsServerContext(std::string certificates, std::string key,
                                   const TlsOptions& options)
    : settings_(of_server({std::move(certificates), "the certificate"}, {std::move(key), "the key"},
                          options)) {}

TlsServerContext TlsServerContext::from_files(const std::string& certificates,
                                              const std::string& key, const TlsOptions& options) {
  return TlsServerContext(of_server(tls::read_pem("certificate file", certificates),
                                    tls::read_pem("key file", key), options));
}

std::string TlsServerContext::validity_warning(WallTime when) const {
  return settings_->validity_warning(when);
}

TlsClientContext::TlsClientContext(std::shared_ptr<tls::Settings> settings)
    : settings_(std::move(settings)) {}

TlsClientContext::TlsClientContext(const TlsOptions& options) : settings_(of_client({}, options)) {}

TlsClientContext TlsClientContext::trusting(std::string authorities, const TlsOptions& options) {
  return TlsClientContext(of_client({std::move(authorities), "the trusted authorities"}, options));
}

TlsClientContext TlsClientContext::trusting_file(const std::string& path,
                                                 const TlsOptions& options) {
  return TlsClientContext(of_client(tls::read_pem("file of authorities", path), options));
}

}  // namespace rill
