// Door: the TLS of a server program, from its flags to each connection's handshake.
//
//   program.options = [&flags](CommandLine& line) { add_tls_flags(line, flags.tls); };
//   program.check = [&flags](const Settings& settings) { check_tls(settings, flags.tls); };
//   ...
//   Door door(flags.tls);
//   co_await serve(settings, door.before(echoer));    // if door.is_there()
//
// A handshake that fails ends that connection, is counted, and said in one line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "lessons/common/program.h"
#include "net/tls/tls.h"

namespace rill::lesson {

/// As typed; both empty: no TLS.
struct TlsFlags {
  std::string certificates;
  std::string key;
};

void add_tls_flags(CommandLine& line, TlsFlags& flags);

/// Throws UsageMistake: one flag without the other, files that cannot be used, a simulated run.
void check_tls(const Settings& settings, const TlsFlags& flags);

class Door {
 public:
  /// How long a handshake may take where the program has no opinion.
  static constexpr Duration kLimit = seconds(10);

  /// Reads the files, and makes what the program suggests when it listens a suggestion for TLS.
  /// Says so if the certificate is not valid now. Throws UsageMistake. Before serve().
  explicit Door(const TlsFlags& flags);

  bool is_there() const { return site_.has_value(); }
  /// The handshake, within `limit`. Throws NetError, once that is said. Closing the connection ends
  /// it. Without TLS: nothing.
  Task<> enter(Connection& connection, Duration limit = kLimit);
  std::uint64_t failures() const { return failures_; }

  /// `handler` for connections that have been through the door, which must outlive it.
  template <class F>
  auto before(F handler) {
    return [this, handler = std::move(handler)](Connection connection) -> Task<> {
      co_await enter(connection);
      co_await handler(std::move(connection));
    };
  }

 private:
  std::optional<TlsServerContext> site_;
  std::uint64_t failures_ = 0;
};

}  // namespace rill::lesson
