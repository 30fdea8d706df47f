// How long and how much: every bound that httpd puts on a client, in one place.
//
// Every wait has a deadline and every buffer a size, so that the cost of a hostile client is known:
// a connection that waits between requests holds no buffer, one in mid-request at most what
// http::Limits allows, one that is being answered kPieceBytes besides.
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/http/message.h"
#include "scheduler/time.h"

namespace rill::httpd {

struct Limits {
  http::Limits request;

  std::uint64_t connections = 10'000;         ///< at a time; more wait in the kernel's backlog
  std::uint64_t connections_per_client = 0;   ///< at a time, each worker; more get 429. 0: none
  std::uint64_t requests_per_connection = 0;  ///< after which it is closed. 0: no limit

  Duration idle = seconds(10);    ///< from the end of an answer to the first byte of a request
  Duration header = seconds(10);  ///< from there to the end of the head: all of it, not each read
  Duration body = seconds(10);    ///< from there to the end of the body
  /// In which the client must make room for kPieceBytes. Large kernel buffers make room in large
  /// steps: over loopback, a client that took 1 MB/s of a long file was seen to make none for 9 s.
  /// Slower clients of long files need more than the default.
  Duration write = seconds(10);
  /// How long to read on after the last answer, so that input which is still on its way does not
  /// reset the connection and destroy the answer with it (RFC 9112 9.6).
  Duration linger = seconds(1);
  Duration linger_when_stopping = milliseconds(500);
};

/// Long files are sent in pieces of that size.
inline constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
/// Shorter ones go out together with their heads and their neighbours.
inline constexpr std::size_t kGatherBytes = std::size_t{16} << 10;
/// So many pipelined requests are answered at once before other connections have their turn.
inline constexpr unsigned kMostGathered = 32;

}  // namespace rill::httpd
