// See fetch_request.h.
#include "net/client/fetch_request.h"

#include <algorithm>
#include <array>

#include "net/client/options.h"
#include "net/http/coding.h"
#include "net/http/syntax.h"
#include "net/http/writer.h"

namespace rill::http {
namespace {

template <std::size_t kSize>
bool is_one_of(std::string_view name, const std::array<std::string_view, kSize>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view one) { return equals_ignoring_case(name, one); });
}

// What says where the message ends, where it goes, and how the connection is used.
constexpr std::array<std::string_view, 10> kOwnFields = {
    "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "Expect",
    "TE",   "Trailer",        "Proxy-Connection"};
constexpr std::array<std::string_view, 6> kIdempotent = {"GET",   "HEAD", "OPTIONS",
                                                         "TRACE", "PUT",  "DELETE"};
constexpr std::array<std::string_view, 3> kSecrets = {"Authorization", "Proxy-Authorization",
                                                      "Cookie"};
constexpr std::array<std::string_view, 6> kBodyFields = {"Content-Type",     "Content-Encoding",
                                                         "Content-Language", "Content-Location",
                                                         "Content-Range",    "Digest"};

/// Methods are told apart by case (RFC 9110 9.1).
bool is_idempotent(std::string_view method) {
  return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

/// A body with these means something, so that its absence must be said (RFC 9110 8.6).
bool wants_length(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

template <std::size_t kSize>
void drop_fields(FetchRequest& request, const std::array<std::string_view, kSize>& names) {
  std::erase_if(request.fields,
                [&](const RequestField& field) { return is_one_of(field.name, names); });
}

std::optional<std::string> check_field(const RequestField& field, bool decodes) {
  if (!is_token(field.name)) return "a field name of the request is no token";
  if (!is_field_value(field.value)) {
    return "the value of " + field.name + " has control characters";
  }
  if (is_one_of(field.name, kOwnFields)) return "the client itself writes the field " + field.name;
  if (decodes && equals_ignoring_case(field.name, "Accept-Encoding")) {
    return "the client itself writes Accept-Encoding, unless FetchOptions::decodes is off";
  }
  return std::nullopt;
}

}  // namespace

bool FetchRequest::may_repeat() const { return !source && is_idempotent(method); }

const std::string* FetchRequest::find(std::string_view name) const {
  for (const RequestField& field : fields) {
    if (equals_ignoring_case(field.name, name)) return &field.value;
  }
  return nullptr;
}

std::optional<std::string> check(const FetchRequest& request, bool decodes) {
  if (!is_token(request.method)) return "the method of the request is no token";
  if (request.method == "CONNECT") return "CONNECT asks for a tunnel, not for a page";
  if (request.method == "TRACE" && request.has_body()) return "a TRACE request has no body";
  if (request.source && !request.body.empty()) return "the request has two bodies";
  for (const RequestField& field : request.fields) {
    if (auto reason = check_field(field, decodes)) return reason;
  }
  return std::nullopt;
}

bool redirect(FetchRequest& request, int status, Url to) {
  const bool becomes_get = (status == 303 && request.method != "HEAD") ||
                           ((status == 301 || status == 302) && request.method == "POST");
  if (becomes_get) {
    request.method = "GET";
    request.body.clear();
    request.source = nullptr;
    request.source_bytes.reset();
    request.expects_continue = false;
    drop_fields(request, kBodyFields);
  } else if (request.source) {
    return false;
  }
  if (!request.url.same_origin(to)) drop_fields(request, kSecrets);
  request.url = std::move(to);
  return true;
}

void write_head(std::string& out, const FetchRequest& request, const FetchOptions& options) {
  HeadWriter head = HeadWriter::request(out, request.method, request.url.target());
  head.field("Host", request.url.authority());
  if (request.find("User-Agent") == nullptr) head.field("User-Agent", options.user_agent);
  // A part of coded content could not be decoded.
  if (options.decodes && request.find("Range") == nullptr) {
    head.field("Accept-Encoding", kAcceptedCodings);
  }
  for (const RequestField& field : request.fields) head.field(field.name, field.value);
  if (request.source && !request.source_bytes) {
    head.chunked();
  } else if (request.has_body() || wants_length(request.method)) {
    head.content_length(request.source ? *request.source_bytes : request.body.size());
  }
  if (request.expects_continue && request.has_body()) head.field("Expect", "100-continue");
  head.connection(options.most_idle_connections > 0);
  head.end();
}

}  // namespace rill::http
