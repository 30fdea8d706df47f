// FetchRequest: what to ask for, beyond a URL: any method, fields of one's own, a body.
//
//   http::FetchRequest request(*http::Url::parse("http://site/items"), "POST");
//   request.fields = {{"Content-Type", "application/json"}};
//   request.body = R"({"name": "x"})";
//   http::Page page = co_await client.fetch(std::move(request));
//
// What could end its line early, or say something else about the message than what is sent, is
// refused before anything is sent (FetchFault::bad_request): see check().
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/url.h"
#include "scheduler/task.h"

namespace rill::http {

struct RequestField {
  std::string name;
  std::string value;
};

/// Gives the next piece of a body, "" at its end. What it throws comes out of the fetch as it is.
using BodySource = std::function<Task<std::string>()>;

struct FetchRequest {
  explicit FetchRequest(Url from, std::string with_method = "GET")
      : url(std::move(from)), method(std::move(with_method)) {}

  Url url;
  std::string method;  ///< any token but CONNECT, which asks for no resource
  std::vector<RequestField> fields;
  std::string body;  ///< sent with its length
  /// Instead of `body`: pulled piece by piece while it is sent, in chunks, or with its length if
  /// source_bytes says that. Such a request can be sent once only: no retry, no 307 or 308.
  BodySource source;
  std::optional<std::uint64_t> source_bytes;
  /// Sends the body only when the server says "100 Continue", or nothing for a second. For large
  /// bodies that may be refused by the head alone (RFC 9110 10.1.1).
  bool expects_continue = false;

  bool has_body() const { return source || !body.empty(); }
  /// RFC 9110 9.2.2, and nothing that is gone once it was sent.
  bool may_repeat() const;
  /// The value of the first of `fields` with that name.
  const std::string* find(std::string_view name) const;
};

/// Why `request` cannot be sent: a method or field name that is no token, a value with control
/// characters, a field that the client writes itself (Host, Content-Length, Transfer-Encoding,
/// Connection, Expect and the like), two bodies, a body of TRACE. Nothing: it can.
std::optional<std::string> check(const FetchRequest& request, bool decodes);

/// What remains of `request` after a redirect with `status` to `to` (RFC 9110 15.4): 303 makes it a
/// GET (HEAD stays), 301 and 302 make a POST a GET as browsers do, and with the body go the fields
/// that describe it. To another origin Authorization, Cookie and Proxy-Authorization do not go.
/// False: its streamed body would have to be sent again.
bool redirect(FetchRequest& request, int status, Url to);

struct FetchOptions;

/// Appends the head: request line, Host, User-Agent, Accept-Encoding, own fields, framing.
void write_head(std::string& out, const FetchRequest& request, const FetchOptions& options);

}  // namespace rill::http
