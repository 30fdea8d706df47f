// See upload.h.
#include "net/client/upload.h"

#include <cerrno>

#include "net/http/writer.h"
#include "scheduler/group.h"
#include "scheduler/timeout.h"

namespace rill::http {
namespace {

// Progress is seen for each of these, so that a slow peer is not taken for a silent one.
constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

Task<> wait_for(rill::Event& event) { co_await event.wait(); }

Task<> send_piece(Connection& connection, std::string_view piece) {
  co_await connection.sendall(piece);
}

Task<std::string> pull(const BodySource& source) {
  try {
    std::string piece = co_await source();
    co_return piece;
  } catch (...) {
    throw SourceFailed{std::current_exception()};
  }
}

[[noreturn]] void refuse_length(const FetchRequest& request, std::uint64_t given_bytes) {
  throw SourceFailed{std::make_exception_ptr(
      FetchError(FetchFault::bad_request, request.url.text(),
                 "the body's source gave " + std::to_string(given_bytes) + " bytes and not the " +
                     std::to_string(*request.source_bytes) + " that were announced",
                 EINVAL))};
}

}  // namespace

Task<> Upload::run(const FetchRequest& request, std::string head, Method method) {
  progress_.phase = "while sending the request";
  if (request.expects_continue) reader_.tell_of_continue(&continued_);
  reader_.tolerate_silence(true);
  {
    Group both;  // the one that is not done when the scope is left, is killed
    both.spawn(send(request, std::move(head))).named("upload");
    both.spawn(read(method)).named("response");
    co_await over_.wait();
  }
  reader_.tell_of_continue(nullptr);
  reader_.tolerate_silence(false);
  if (failure_) std::rethrow_exception(failure_);
}

void Upload::fail(std::exception_ptr why) {
  if (!failure_) failure_ = std::move(why);
  over_.set();
}

Task<> Upload::read(Method method) {
  try {
    co_await reader_.read_head(method);
    over_.set();
  } catch (...) {
    fail(std::current_exception());
  }
}

Task<> Upload::send(const FetchRequest& request, std::string head) {
  try {
    co_await send_all(request, std::move(head));
    is_complete_ = true;
    progress_.phase = "while waiting for the response";
  } catch (const NetError& error) {
    // A peer that reads no more may have said why before: the reader finds out.
    const bool is_gone = error.error() == EPIPE || error.error() == ECONNRESET;
    if (!is_gone) fail(std::current_exception());
  } catch (...) {
    fail(std::current_exception());
  }
  reader_.tolerate_silence(false);
}

Task<> Upload::send_all(const FetchRequest& request, std::string head) {
  if (request.expects_continue) {
    co_await send_bytes(head);
    head.clear();
    co_await timeout(kContinuePatience, wait_for(continued_));
  }
  if (request.source) {
    co_await send_source(request, std::move(head));
  } else {
    co_await send_bytes(head);
    co_await send_bytes(request.body);
  }
}

Task<> Upload::send_source(const FetchRequest& request, std::string out) {
  std::uint64_t given_bytes = 0;
  for (;;) {
    const std::string piece = co_await pull(request.source);
    given_bytes += piece.size();
    const bool is_last = piece.empty();
    if (request.source_bytes) {
      if (given_bytes > *request.source_bytes || (is_last && given_bytes < *request.source_bytes)) {
        refuse_length(request, given_bytes);
      }
      out += piece;
    } else if (is_last) {
      append_last_chunk(out);
    } else {
      append_chunk(out, piece);
    }
    co_await send_bytes(out);
    if (is_last) co_return;
    out.clear();
  }
}

Task<> Upload::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    if (idle_timeout_.ns == 0) {
      co_await connection_.sendall(piece);
      continue;
    }
    const Outcome outcome = co_await timeout(idle_timeout_, send_piece(connection_, piece));
    if (outcome == Outcome::timed_out) throw PeerSilent();
  }
}

}  // namespace rill::http
