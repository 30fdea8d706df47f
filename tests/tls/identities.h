// The certificates of tests/tls/testdata: one authority, and servers that are right and wrong in
// one way each (make_certificates.sh). The right ones are for "server", "localhost", 127.0.0.1,
// 10.0.0.1 (the first simulated host) and *.wild.example, from 1999 to 2099.
#pragma once

#include <string>

#include "net/tls/tls.h"

namespace rill::testing {

/// A file of the folder: its path, and what is in it.
std::string testdata_path(const std::string& file);
std::string testdata(const std::string& file);

/// "server", "rsa", "chained", "expired", "early", "self_signed", "untrusted".
TlsServerContext server_identity(const std::string& name = "server",
                                 const TlsOptions& options = {});
/// Trusts the authority.
TlsClientContext trusting_client(const TlsOptions& options = {});

/// Both to speak this version only.
TlsOptions only(TlsVersion version);

}  // namespace rill::testing
