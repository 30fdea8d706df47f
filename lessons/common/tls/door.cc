// See door.h.
#include "lessons/common/tls/door.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include "lessons/common/console.h"
#include "lessons/common/say.h"
#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill::lesson {
namespace {

TlsServerContext open_site(const TlsFlags& flags) {
  try {
    return TlsServerContext::from_files(flags.certificates, flags.key);
  } catch (const TlsSetupError& error) {
    throw UsageMistake(error.what());
  }
}

/// What the program suggests for plain connections would not get through the door.
void suggest_tls(std::string& hint) {
  constexpr std::pair<std::string_view, std::string_view> kInstead[] = {
      {"http://", "https://"}, {"nc {host} {port}", "openssl s_client -quiet -connect {address}"}};
  for (const auto& [plain, secure] : kInstead) {
    const std::size_t at = hint.find(plain);
    if (at != hint.npos) hint.replace(at, plain.size(), secure);
  }
}

}  // namespace

void add_tls_flags(CommandLine& line, TlsFlags& flags) {
  line.text("--tls-cert", flags.certificates, "FILE",
            "serve TLS: the certificate and those above it (PEM)");
  line.text("--tls-key", flags.key, "FILE", "the certificate's private key (PEM)");
}

void check_tls(const Settings& settings, const TlsFlags& flags) {
  if (flags.certificates.empty() != flags.key.empty())
    throw UsageMistake("--tls-cert and --tls-key go together: the certificate, and its key");
  if (flags.key.empty()) return;
  if (!settings.is_real) throw UsageMistake("--tls-cert is for real sockets; add --real");
  open_site(flags);
}

Door::Door(const TlsFlags& flags) {
  if (flags.certificates.empty()) return;
  site_ = open_site(flags);
  suggest_tls(console().hint);
  const std::string warning = site_->validity_warning(wall_clock());
  if (!warning.empty()) say(warning);
}

Task<> Door::enter(Connection& connection, Duration limit) {
  if (!site_) co_return;
  try {
    const Outcome outcome = co_await timeout(limit, tls_begin(connection, *site_));
    if (outcome == Outcome::finished) co_return;
    throw NetError("tls handshake", to_string(connection.peer()), ETIMEDOUT);
  } catch (const TlsError& error) {
    ++failures_;
    mention("no TLS with " + error.peer() + ": " + error.reason());
    throw;
  } catch (const NetError& error) {
    ++failures_;
    mention("no TLS with " + to_string(connection.peer()) + ": " + error.code().message());
    throw;
  }
}

}  // namespace rill::lesson
