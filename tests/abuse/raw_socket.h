// RawSocket: a client's TCP socket with every ill manner that the kernel offers. Own code, and not
// Rill's, so that both do not share a mistake.
//
// Calls block, with kPatience each, unless the socket was made non-blocking. Clients come from
// eight loopback addresses, or the ports of one would run out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "tests/abuse/scale.h"

namespace rill::abuse {

class RawSocket {
 public:
  struct Options {
    int receive_buffer_bytes = 0;  ///< SO_RCVBUF, before the connect; 0: the kernel chooses
    bool is_blocking = true;
  };

  RawSocket() = default;
  explicit RawSocket(std::uint16_t port) : RawSocket(port, Options()) {}
  /// Connected; if non-blocking, soon. is_open() is false when that failed.
  RawSocket(std::uint16_t port, const Options& options);
  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawSocket& operator=(RawSocket&& other) noexcept;
  ~RawSocket() { close(); }

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  /// All of it. False when the peer is gone, or takes nothing for kPatience.
  bool send(std::string_view bytes) const;
  /// Exactly so many bytes, or fewer at the end of the stream, at a reset, or after kPatience.
  std::string receive(std::size_t size_bytes) const;
  /// Up to the end of the stream. False when it broke, or did not end within kPatience.
  bool receive_to_end(std::string& bytes) const;
  /// As the peer ends it: true for the end of the stream, false for a reset or kPatience.
  bool ends_cleanly() const;
  void shut_write() const;
  void close();
  /// Closes with a RST (SO_LINGER 0).
  void reset();

 private:
  int fd_ = -1;
};

/// GET for httpd, on a connection that stays.
std::string get(const std::string& path);
/// Reads one response with a Content-Length: its status, 0 if none came; the body, if wanted.
int receive_response(const RawSocket& socket, std::string* body = nullptr);
/// Whether the server answers a new client: echo by `echo_it`, httpd by GET /small.
bool echoes(std::uint16_t port, std::string_view text = "are you there?");
bool serves(std::uint16_t port);

}  // namespace rill::abuse
