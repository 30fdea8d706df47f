// See identities.h.
#include "tests/tls/identities.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace rill::testing {

std::string testdata_path(const std::string& file) { return "tests/tls/testdata/" + file; }

std::string testdata(const std::string& file) {
  std::ifstream stream(testdata_path(file), std::ios::binary);
  if (!stream) throw std::runtime_error("no " + testdata_path(file));
  return {std::istreambuf_iterator<char>(stream), {}};
}

TlsServerContext server_identity(const std::string& name, const TlsOptions& options) {
  return TlsServerContext::from_files(testdata_path(name + ".pem"), testdata_path(name + ".key"),
                                      options);
}

TlsClientContext trusting_client(const TlsOptions& options) {
  return TlsClientContext::trusting_file(testdata_path("authority.pem"), options);
}

TlsOptions only(TlsVersion version) { return {.least = version, .most = version}; }

}  // namespace rill::testing
