// See faults.h.
#include "net/client/faults.h"

#include <cerrno>

namespace rill::http {
namespace {

std::string more_than(std::string_view sentence, const Limits& limits) {
  return std::string(sentence) + ": more than " + std::to_string(limits.body_bytes) + " bytes";
}

std::string after_bytes(std::string_view sentence, std::uint64_t body_bytes) {
  std::string text(sentence);
  if (body_bytes > 0) text += " after " + std::to_string(body_bytes) + " bytes of the body";
  return text;
}

}  // namespace

std::string Progress::text() const {
  if (body_bytes == 0) return phase;
  return "after " + std::to_string(body_bytes) + " bytes of the body";
}

FetchError no_connection(const Url& url, const NetError& error) {
  if (error.operation() != "resolve") {
    return FetchError(FetchFault::no_connection, url.text(),
                      "no connection to " + url.host() + ":" + std::to_string(url.port()) + ": " +
                          error.code().message(),
                      error.error());
  }
  return FetchError(FetchFault::no_address, url.text(),
                    error.error() == EAGAIN ? "the name server did not answer for " + url.host()
                                            : "no host is called " + url.host(),
                    error.error());
}

FetchError connection_lost(const Url& url, const NetError& error) {
  const auto* const tls = dynamic_cast<const TlsError*>(&error);
  return FetchError(
      FetchFault::connection_lost, url.text(),
      "the connection broke: " + (tls != nullptr ? tls->reason() : error.code().message()),
      error.error());
}

FetchError no_tls(const Url& url, TlsFault fault, const std::string& reason, int error) {
  const bool is_certificate = fault == TlsFault::bad_certificate;
  return FetchError(is_certificate ? FetchFault::bad_certificate : FetchFault::no_tls, url.text(),
                    "no TLS with " + url.host() + ": " + reason, error);
}

FetchError bad_response(const Url& url, ResponseFault fault, const Limits& limits,
                        std::uint64_t body_bytes) {
  const auto error = [&](FetchFault kind, std::string reason, int number) {
    return FetchError(kind, url.text(), std::move(reason), number);
  };
  const std::string_view sentence = to_string(fault);
  switch (fault) {
    case ResponseFault::head_too_large:
    case ResponseFault::interim_flood:
      return error(FetchFault::head_too_large, std::string(sentence), EMSGSIZE);
    case ResponseFault::body_too_large:
      return error(FetchFault::body_too_large, more_than(sentence, limits), EMSGSIZE);
    case ResponseFault::truncated:
      return error(FetchFault::truncated, after_bytes(sentence, body_bytes), EPROTO);
    case ResponseFault::none:
    case ResponseFault::malformed:
    case ResponseFault::unknown_coding:
      break;
  }
  return error(FetchFault::malformed, std::string(sentence), EPROTO);
}

FetchError bad_content(const Url& url, ContentDecoder::Fault fault, const Limits& limits,
                       std::uint64_t body_bytes) {
  using Fault = ContentDecoder::Fault;
  const std::string_view sentence = to_string(fault);
  if (fault == Fault::too_large) {
    return FetchError(FetchFault::body_too_large, url.text(), more_than(sentence, limits),
                      EMSGSIZE);
  }
  const FetchFault kind = fault == Fault::bomb        ? FetchFault::body_too_large
                          : fault == Fault::truncated ? FetchFault::truncated
                                                      : FetchFault::bad_coding;
  return FetchError(kind, url.text(), after_bytes(sentence, body_bytes),
                    fault == Fault::bomb ? EMSGSIZE : EPROTO);
}

FetchError deadline_over(const Url& url, Duration deadline, const Progress& progress) {
  return FetchError(FetchFault::timed_out, url.text(),
                    "timed out after " + to_string(deadline) + ", " + progress.text(), ETIMEDOUT);
}

FetchError peer_silent(const Url& url, Duration idle_timeout, const Progress& progress) {
  return FetchError(FetchFault::idle_timed_out, url.text(),
                    "the server was silent for " + to_string(idle_timeout) + ", " + progress.text(),
                    ETIMEDOUT);
}

}  // namespace rill::http
