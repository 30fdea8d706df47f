// Session: OpenSSL's side of one connection, between two buffers in memory. No socket, no task.
//
// Ciphertext that came is put into the input; ciphertext that is to go is taken from the output;
// what happens in between is plain function calls that never block. Internal to net/tls.
// Memory: the input holds what its user puts in; the output is bounded by kMostOutputBytes, since a
// peer may ask for answers (key updates, alerts) and never read one. A session over that is broken.
// OpenSSL's own buffers of 16 KiB each exist while a record is in the making (SSL_MODE_RELEASE_
// BUFFERS).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/tls/openssl.h"
#include "net/tls/settings.h"
#include "net/tls/tls_error.h"

namespace rill::tls {

/// A record's payload (RFC 8446 5.1).
inline constexpr std::size_t kMostPlainBytes = std::size_t{16} << 10;
/// Room for a record with all that comes with it, and a little more.
inline constexpr std::size_t kMostRecordBytes = kMostPlainBytes + 1024;
/// A buffer that holds nothing may keep so much: then small messages allocate nothing.
inline constexpr std::size_t kKeptBytes = 1024;
/// Two records under way, and what answers there may be besides.
inline constexpr std::size_t kMostOutputBytes = 3 * kMostRecordBytes;

/// Why a session is over. Its first reason stays.
struct Fault {
  TlsFault kind;
  std::string reason;
};

class Session {
 public:
  /// `host`: whom a client means to reach; what it connects to must prove to be that. `backend` and
  /// `on` are whose time and randomness it uses. Throws TlsSetupError.
  Session(Settings& settings, Backend& backend, HostId on, const std::string& host);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  enum class Outcome : std::uint8_t {
    done,         ///< read() and write(): `moved` says how much
    wants_input,  ///< nothing can be done before more input comes
    at_end,       ///< read(): the peer has said goodbye
    failed,       ///< fault() says why
  };

  Outcome shake_hands();
  /// Decrypts into `to`, as much as is there.
  Outcome read(std::span<char> to, std::size_t& moved);
  /// Encrypts up to a record.
  Outcome write(std::string_view from, std::size_t& moved);
  /// Puts our goodbye (close_notify) into the output. Afterwards write() fails.
  void say_goodbye();
  bool has_said_goodbye() const;
  /// Whether there is input that read() could not yet make sense of.
  bool has_partial_record() const;

  const std::optional<Fault>& fault() const { return fault_; }
  /// Why failed calls failed, for the peer at `peer`.
  [[noreturn]] void raise(const std::string& peer) const;

  std::string& input() { return input_; }  ///< append to it
  void end_input() { input_has_ended_ = true; }
  std::string& output() { return output_; }  ///< take from its front
  /// Gives back the memory of empty buffers.
  void trim();

 private:
  static BIO_METHOD* bio_method();
  static int read_input(BIO* bio, char* to, int most_bytes);
  static int write_output(BIO* bio, const char* from, int size_bytes);
  static long control(BIO* bio, int command, long, void*);

  void expect_host(std::string host);
  Outcome outcome_of(int result);
  void fail(TlsFault kind, std::string reason);
  Fault explain() const;
  Fault explain_certificate() const;

  Backend& backend_;
  const HostId host_;
  const Settings::Role role_;
  OwnedSession ssl_;
  std::string name_;  ///< a client's peer
  std::string input_;
  std::size_t input_taken_ = 0;
  std::string output_;
  std::optional<Fault> fault_;
  bool input_has_ended_ = false;
  bool has_shaken_hands_ = false;
};

}  // namespace rill::tls
