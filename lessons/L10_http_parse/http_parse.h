// Lesson 10: HTTP requests out of a stream.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "net/net.h"
#include "scheduler/api.h"

struct HttpRequest {
  std::string method;  ///< "GET": letters only
  std::string target;  ///< "/a?b=c": at least one character, no spaces
  /// In the order in which they came; names as they came, values without spaces around them.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  friend bool operator==(const HttpRequest&, const HttpRequest&) = default;
};

/// What is wrong with a request, as a status of HTTP.
struct BadRequest : std::runtime_error {
  explicit BadRequest(int s) : std::runtime_error("bad request"), status(s) {}
  int status;
};

constexpr std::size_t kMostLineBytes = 200;   ///< of one line, with its end; more: 431
constexpr std::size_t kMostFields = 20;       ///< more: 431
constexpr std::size_t kMostBodyBytes = 1000;  ///< more: 413, before any of it is read

/// Reads the next request from `connection`:
///     METHOD SP TARGET SP HTTP/1.1 CRLF
///     NAME ":" [spaces] VALUE [spaces] CRLF      for each field; no space in or after NAME
///     CRLF
///     as many bytes of body as the field Content-Length says: digits only, 0 if there is none
/// Names of fields are compared without case. Gives nothing if the stream ends before the first
/// byte; leaves what comes behind the request in `connection`.
/// Throws BadRequest(400) for whatever is not like this - also two different lengths, and a stream
/// that ends in the middle - and with another status as above.
/// connection.readline("\r\n", kMostLineBytes) gives a line with its end, and throws LineTooLong.
rill::Task<std::optional<HttpRequest>> read_request(rill::Connection& connection);
