// A request with a body, sent by one task while another waits for the response.
//
// A server may answer before it has read everything, and even before it reads on: a client that
// only sends would wait for ever. So whoever is first decides: when the head of the response is
// there, the rest of the request is not sent (RFC 9110 10.1.1, RFC 9112 9.5), and the connection
// must not be used again. Internal to net/client.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "net/client/faults.h"
#include "net/client/fetch_request.h"
#include "net/client/response_reader.h"

namespace rill::http {

/// What a body source has thrown: not a fault of the connection, so it comes out as it was.
struct SourceFailed {
  std::exception_ptr why;
};

class Upload {
 public:
  /// How long a request that expects "100 Continue" waits for it: servers need not say it, and old
  /// ones do not know it (RFC 9110 10.1.1). As curl does.
  static constexpr Duration kContinuePatience = seconds(1);

  /// All must outlive the upload. An idle timeout of 0 is none.
  Upload(Connection& connection, ResponseReader& reader, Duration idle_timeout, Progress& progress)
      : connection_(connection),
        reader_(reader),
        idle_timeout_(idle_timeout),
        progress_(progress) {}

  /// Sends `head` and the body of `request`; returns when the head of the response is there. Throws
  /// as ResponseReader::read_head(), PeerSilent also when the peer takes nothing, SourceFailed.
  Task<> run(const FetchRequest& request, std::string head, Method method);
  /// Whether all of the request was sent.
  bool is_complete() const { return is_complete_; }

 private:
  Task<> send(const FetchRequest& request, std::string head);
  Task<> send_all(const FetchRequest& request, std::string head);
  Task<> send_source(const FetchRequest& request, std::string out);
  Task<> send_bytes(std::string_view bytes);
  Task<> read(Method method);
  void fail(std::exception_ptr why);

  Connection& connection_;
  ResponseReader& reader_;
  Duration idle_timeout_;
  Progress& progress_;
  rill::Event over_;
  rill::Event continued_;
  std::exception_ptr failure_;  // the first
  bool is_complete_ = false;
};

}  // namespace rill::http
