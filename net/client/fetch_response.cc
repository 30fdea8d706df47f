// See fetch_response.h.
#include "net/client/fetch_response.h"

#include "net/client/fetch_call.h"
#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill::http {

FetchResponse::FetchResponse(std::unique_ptr<FetchCall> call) : call_(std::move(call)) {}
FetchResponse::FetchResponse(FetchResponse&&) noexcept = default;
FetchResponse& FetchResponse::operator=(FetchResponse&&) noexcept = default;
FetchResponse::~FetchResponse() = default;

int FetchResponse::status() const { return call_->page.status; }
const Url& FetchResponse::url() const { return call_->page.url; }
unsigned FetchResponse::redirects() const { return call_->page.redirects; }
unsigned FetchResponse::retries() const { return call_->page.retries; }
const FieldList& FetchResponse::fields() const { return call_->exchange->response().fields; }

namespace {

Task<std::string_view> read_in_time(FetchCall& call) {
  const std::optional<std::string_view> piece =
      co_await timeout(call.deadline - now(), call.exchange->read());
  if (piece) co_return *piece;
  call.exchange->drop();
  throw deadline_over(call.page.url, call.length, call.progress);
}

}  // namespace

Task<std::string_view> FetchResponse::read() {
  FetchCall& call = *call_;
  if (call.failure) std::rethrow_exception(call.failure);
  try {
    const std::string_view piece = co_await read_in_time(call);
    co_return piece;
  } catch (...) {
    call.failure = std::current_exception();
    throw;
  }
}

Task<std::string> FetchResponse::read_all() {
  std::string body;
  for (;;) {
    const std::string_view piece = co_await read();
    if (piece.empty()) co_return body;
    body += piece;
  }
}

}  // namespace rill::http
