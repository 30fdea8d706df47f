// See session.h. Why a session failed is explained in faults.cc.
#include "net/tls/session.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "net/tls/run_library.h"

namespace rill::tls {
namespace {

void trim_one(std::string& buffer) {
  if (buffer.empty() && buffer.capacity() > kKeptBytes) std::string().swap(buffer);
}

}  // namespace

// ---- the buffers as OpenSSL sees them
// ------------------------------------------------------------

int Session::read_input(BIO* bio, char* to, int most_bytes) {
  BIO_clear_retry_flags(bio);
  auto& session = *static_cast<Session*>(BIO_get_data(bio));
  const std::size_t left = session.input_.size() - session.input_taken_;
  if (left == 0) {
    if (session.input_has_ended_) return 0;
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t taken = std::min(left, static_cast<std::size_t>(most_bytes));
  session.input_.copy(to, taken, session.input_taken_);
  session.input_taken_ += taken;
  if (session.input_taken_ == session.input_.size()) {
    session.input_.clear();
    session.input_taken_ = 0;
  }
  return static_cast<int>(taken);
}

int Session::write_output(BIO* bio, const char* from, int size_bytes) {
  BIO_clear_retry_flags(bio);
  auto& session = *static_cast<Session*>(BIO_get_data(bio));
  const auto more = static_cast<std::size_t>(size_bytes);
  if (session.output_.size() + more > kMostOutputBytes) {
    session.fail(TlsFault::broken, "the peer makes us answer and does not read the answers");
    return -1;
  }
  session.output_.append(from, more);
  return size_bytes;
}

long Session::control(BIO* bio, int command, long, void*) {
  const auto& session = *static_cast<Session*>(BIO_get_data(bio));
  if (command == BIO_CTRL_EOF) return session.input_has_ended_ && session.input_.empty() ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* Session::bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "session");
    BIO_meth_set_read(made, read_input);
    BIO_meth_set_write(made, write_output);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

// ---- the session
// -----------------------------------------------------------------------------------

Session::Session(Settings& settings, Backend& backend, HostId on, const std::string& host)
    : backend_(backend), host_(on), role_(settings.role()), name_(host) {
  const InLibrary here(backend_, host_);
  ssl_.reset(SSL_new(settings.context_for(backend)));
  BIO* const bio = BIO_new(bio_method());
  if (ssl_ == nullptr || bio == nullptr) {
    throw TlsSetupError("OpenSSL does not begin a session: " + take_openssl_error());
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);  // which takes it over
  const std::int64_t now_seconds = backend_.wall_clock(host_).ns / 1'000'000'000;
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl_.get()), now_seconds);
  if (role_ == Settings::Role::server) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
    expect_host(host);
  }
}

Session::~Session() = default;

void Session::expect_host(std::string host) {
  if (host.ends_with('.')) host.pop_back();  // the root, which no certificate names (RFC 6066 3)
  X509_VERIFY_PARAM* const parameters = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (host.find('\0') != host.npos) {
    // Nobody's name; OpenSSL would look at what comes before it.
  } else if (Address::parse(host)) {  // which is not sent: RFC 6066 3
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1) return;
  } else if (!host.empty() && SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
             SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1) {
    return;
  }
  ERR_clear_error();
  throw TlsSetupError("'" + host + "' is no name of a host that a certificate could be for");
}

Session::Outcome Session::shake_hands() {
  const InLibrary here(backend_, host_);
  const Outcome outcome = outcome_of(SSL_do_handshake(ssl_.get()));
  has_shaken_hands_ = outcome == Outcome::done;
  return outcome;
}

Session::Outcome Session::read(std::span<char> to, std::size_t& moved) {
  moved = 0;
  const InLibrary here(backend_, host_);
  while (moved < to.size() && !fault_) {
    std::size_t part = 0;
    const int result = SSL_read_ex(ssl_.get(), to.data() + moved, to.size() - moved, &part);
    moved += part;
    if (result == 1) continue;
    const Outcome outcome = outcome_of(result);
    return moved > 0 ? Outcome::done : outcome;  // the next call meets it again
  }
  return moved > 0 ? Outcome::done : Outcome::failed;
}

Session::Outcome Session::write(std::string_view from, std::size_t& moved) {
  moved = 0;
  if (fault_) return Outcome::failed;
  const InLibrary here(backend_, host_);
  const std::size_t size_bytes = std::min(from.size(), kMostPlainBytes);
  return outcome_of(SSL_write_ex(ssl_.get(), from.data(), size_bytes, &moved));
}

void Session::say_goodbye() {
  if (fault_ || has_said_goodbye()) return;
  const InLibrary here(backend_, host_);
  SSL_shutdown(ssl_.get());  // 0: the peer has not said it yet, which is its affair
  ERR_clear_error();
}

bool Session::has_said_goodbye() const {
  return (SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0;
}

bool Session::has_partial_record() const {
  return !input_.empty() || SSL_has_pending(ssl_.get()) == 1;
}

Session::Outcome Session::outcome_of(int result) {
  if (fault_) return Outcome::failed;
  if (result == 1) return Outcome::done;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Outcome::wants_input;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::at_end;
    default:
      break;
  }
  Fault fault = explain();
  fail(fault.kind, std::move(fault.reason));
  return Outcome::failed;
}

void Session::fail(TlsFault kind, std::string reason) {
  if (!fault_) fault_ = Fault{kind, std::move(reason)};
}

void Session::raise(const std::string& peer) const {
  throw TlsError(fault_->kind, peer, fault_->reason);
}

void Session::trim() {
  trim_one(input_);
  trim_one(output_);
}

}  // namespace rill::tls
