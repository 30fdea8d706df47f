// FetchResponse: the head of a response, and its body as the caller pulls it.
//
//   http::FetchResponse response = co_await client.start(std::move(request));
//   for (;;) {
//     const std::string_view piece = co_await response.read();
//     if (piece.empty()) break;
//     file.write(piece);
//   }
//
// Nothing is read ahead: a slow caller slows the server down. The deadline of the fetch goes on,
// and so do limits and idle_timeout. When the body has been read to its end the connection goes
// back to the pool; a response that is destroyed before closes it. Until then it counts as one of
// the connections to its host. It may outlive its Client, but not its run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http/message.h"
#include "net/http/url.h"
#include "scheduler/task.h"

namespace rill::http {

struct FetchCall;

class FetchResponse {
 public:
  explicit FetchResponse(std::unique_ptr<FetchCall> call);
  FetchResponse(FetchResponse&&) noexcept;
  FetchResponse& operator=(FetchResponse&&) noexcept;
  ~FetchResponse();

  int status() const;
  const Url& url() const;      ///< where it was found, after redirects
  unsigned redirects() const;  ///< responses before this one
  unsigned retries() const;
  /// In the order they came. Views live as long as this response.
  const FieldList& fields() const;
  std::optional<std::string_view> field(std::string_view name) const { return fields().find(name); }

  /// The next piece of the body, without its Content-Encoding; valid until the next call. "" at the
  /// end, which has been checked: a body that is cut short is a FetchError. A response that has
  /// failed stays failed.
  Task<std::string_view> read();
  /// All that is left of it, at most FetchOptions::limits.body_bytes.
  Task<std::string> read_all();

 private:
  std::unique_ptr<FetchCall> call_;
};

}  // namespace rill::http
