// See exchange.h.
#include "net/client/exchange.h"

#include <cerrno>

#include "net/client/upload.h"

namespace rill::http {

Exchange::Exchange(std::shared_ptr<ConnectionPool> pool, ConnectionPool::Lease lease,
                   Connection connection, const FetchOptions& options, Progress& progress)
    : pool_(std::move(pool)),
      lease_(std::move(lease)),
      connection_(std::move(connection)),
      reader_(connection_, options.limits, options.idle_timeout),
      limits_(options.limits),
      idle_timeout_(options.idle_timeout),
      progress_(progress) {}

Task<> Exchange::begin(const FetchRequest& request, const FetchOptions& options) {
  url_ = request.url;
  progress_.body_bytes = 0;
  try {
    co_await converse(request, options);
  } catch (...) {
    fail();
  }
  choose_coding(request, options);
}

Task<> Exchange::converse(const FetchRequest& request, const FetchOptions& options) {
  const Method method = request.method == "HEAD" ? Method::head : Method::get;
  std::string head;
  write_head(head, request, options);
  const bool waits = request.expects_continue && request.has_body();
  if (request.source || request.body.size() > kInlineBodyBytes || waits) {
    Upload upload(connection_, reader_, idle_timeout_, progress_);
    co_await upload.run(request, std::move(head), method);
    is_sent_ = upload.is_complete();
    co_return;
  }
  head += request.body;
  progress_.phase = "while sending the request";
  co_await connection_.sendall(head);
  progress_.phase = "while waiting for the response";
  co_await reader_.read_head(method);
}

void Exchange::choose_coding(const FetchRequest& request, const FetchOptions& options) {
  if (!options.decodes || request.find("Range") != nullptr) return;
  std::string codings;
  for (const auto& [name, value] : response().fields) {
    if (!equals_ignoring_case(name, "Content-Encoding")) continue;
    if (!codings.empty()) codings += ", ";
    codings += value;
  }
  if (const auto coding = parse_coding(codings)) {
    decoder_.start(*coding, {limits_.body_bytes, options.most_expansion});
  } else {
    unknown_coding_ = std::move(codings);
  }
}

Task<std::string_view> Exchange::read() {
  if (is_complete_) co_return std::string_view();
  try {
    const std::string_view piece = co_await read_decoded();
    progress_.body_bytes += piece.size();
    co_return piece;
  } catch (...) {
    fail();
  }
}

Task<std::string_view> Exchange::read_decoded() {
  for (;;) {
    std::string_view piece;
    Event event = decoder_.next(coded_, piece);
    if (event == Event::need_input) {
      coded_ = co_await reader_.read_piece();
      encoded_bytes_ += coded_.size();
      if (!coded_.empty() && !unknown_coding_.empty()) {
        throw FetchError(FetchFault::bad_coding, url_->text(),
                         "nobody asked for the Content-Encoding of the response", EPROTO);
      }
      if (!coded_.empty()) continue;
      event = decoder_.finish();
    }
    if (event == Event::body) co_return piece;
    if (event == Event::error) {
      throw bad_content(*url_, decoder_.fault(), limits_, progress_.body_bytes);
    }
    end();
    co_return std::string_view();
  }
}

Task<> Exchange::drain() {
  try {
    for (;;) {
      const std::string_view piece = co_await reader_.read_piece();
      if (piece.empty()) break;
    }
    end();
  } catch (...) {
    fail();
  }
}

void Exchange::end() {
  is_complete_ = true;
  if (is_sent_ && reader_.is_reusable()) {
    pool_->give_back(std::move(*lease_), std::move(connection_));
    lease_.reset();
  } else {
    drop();
  }
}

// The connection goes at once, unless its lease is still wanted for another one.
void Exchange::fail() {
  try {
    translate();
  } catch (...) {
    if (!is_stale_) drop();
    throw;
  }
}

void Exchange::translate() {
  try {
    throw;
  } catch (const SourceFailed& error) {
    std::rethrow_exception(error.why);
  } catch (const FetchError&) {
    throw;
  } catch (const NetError& error) {
    is_stale_ = !reader_.has_begun();
    throw connection_lost(*url_, error);
  } catch (const BadResponse& error) {
    is_stale_ = error.fault() == ResponseFault::truncated && !reader_.has_begun();
    throw bad_response(*url_, error.fault(), limits_, progress_.body_bytes);
  } catch (const PeerSilent&) {
    throw peer_silent(*url_, idle_timeout_, progress_);
  }
}

ConnectionPool::Lease Exchange::release() {
  connection_.close();
  ConnectionPool::Lease lease = std::move(*lease_);
  lease_.reset();
  return lease;
}

void Exchange::drop() {
  connection_.close();
  lease_.reset();
}

}  // namespace rill::http
