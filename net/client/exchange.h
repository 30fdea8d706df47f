// One request and its response on one connection, which goes back to the pool when the response
// has been read to its end, and is closed in every other case. Internal to net/client.
//
// From what the layers below throw it makes FetchErrors. It knows nothing of redirects, retries and
// the deadline of the whole.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/client/connection_pool.h"
#include "net/client/faults.h"
#include "net/client/fetch_request.h"
#include "net/client/response_reader.h"
#include "net/http/coding.h"

namespace rill::http {

class Exchange {
 public:
  /// A body of at most so many bytes is sent in one go with the head: it fits into any socket's
  /// buffer, so that nobody waits for the server to read. Larger ones, and streams: see upload.h.
  static constexpr std::size_t kInlineBodyBytes = std::size_t{16} << 10;

  /// `progress` must outlive the exchange.
  Exchange(std::shared_ptr<ConnectionPool> pool, ConnectionPool::Lease lease, Connection connection,
           const FetchOptions& options, Progress& progress);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Sends `request` and waits for the head; both arguments must outlive the call. Throws
  /// FetchError, and what a body source throws.
  Task<> begin(const FetchRequest& request, const FetchOptions& options);
  /// The next piece of the decoded body, valid until the next call; "" at its end. Throws
  /// FetchError.
  Task<std::string_view> read();
  /// What of the body has come so far, with its Content-Encoding.
  std::uint64_t encoded_bytes() const { return encoded_bytes_; }
  /// Reads the rest, without decoding it, and forgets it.
  Task<> drain();

  const Response& response() const { return reader_.response(); }
  /// After begin() has failed: whether the peer had closed the connection before a byte came back.
  bool is_stale() const { return is_stale_; }
  /// Closes the connection and gives up the lease, to be used for another one.
  ConnectionPool::Lease release();
  /// Closes the connection and ends the lease, unless that has happened; the head stays.
  void drop();

 private:
  Task<> converse(const FetchRequest& request, const FetchOptions& options);
  Task<std::string_view> read_decoded();
  void choose_coding(const FetchRequest& request, const FetchOptions& options);
  /// The response has come to its end.
  void end();
  /// Makes a FetchError of the exception that is being handled.
  [[noreturn]] void fail();
  [[noreturn]] void translate();

  std::shared_ptr<ConnectionPool> pool_;
  std::optional<ConnectionPool::Lease> lease_;
  Connection connection_;
  ResponseReader reader_;
  ContentDecoder decoder_;
  Limits limits_;
  Duration idle_timeout_;
  Progress& progress_;
  std::optional<Url> url_;
  std::uint64_t encoded_bytes_ = 0;
  std::string_view coded_;      // read from the connection, not yet decoded
  std::string unknown_coding_;  // the body's, if it is none that was asked for
  bool is_sent_ = true;         // the whole request
  bool is_complete_ = false;
  bool is_stale_ = false;
};

}  // namespace rill::http
