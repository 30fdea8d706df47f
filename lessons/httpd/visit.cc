// See visit.h. The steps of a visit in the order of its story.
#include "lessons/httpd/visit.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill::httpd {
namespace {

/// What an idle connection may keep of its input buffer, so that a usual request allocates nothing.
constexpr std::size_t kKeptInputBytes = 1024;

}  // namespace

Visit::Visit(Service& service, Connection connection)
    : service_(service),
      connection_(std::move(connection)),
      began_(now()),
      bench_(service.benches) {
  service.visits.push_back(*this);
}

Task<> Visit::run() {
  while (keep_alive_) {
    Arrival arrival = parse();
    if (arrival == Arrival::nothing || arrival == Arrival::incomplete) {
      // The client may be waiting for these before it sends more.
      if (gathered_ > 0) co_await flush();
      // The answer may have promised to go on; the server has been told to stop since.
      if (arrival == Arrival::nothing && service_.is_stopping && has_answered_) break;
      arrival = co_await receive(arrival);
    }
    if (arrival == Arrival::gone) co_return;

    Answer answer = make_answer(arrival);
    if (is_head() || answer.size_bytes() <= kGatherBytes) {
      append_whole(answer);
    } else {
      const bool is_whole = co_await send_in_pieces(answer);
      if (!is_whole) co_return;  // the client sees fewer bytes than Content-Length said
    }
    if (gathered_ >= kMostGathered || bench_->out.size() >= kGatherBytes) co_await flush();
  }
  co_await say_goodbye();
}

/// Looks at what has been received, up to the end of a request.
Visit::Arrival Visit::parse() {
  std::string& received = connection_.unread();
  if (!bench_ && received.empty()) return Arrival::nothing;
  bench_.begin();
  std::string_view input = std::string_view(received).substr(taken_bytes_);
  const bool has_input = !input.empty();
  for (;;) {
    const http::Event event = bench_->parser.next(input);
    taken_bytes_ = received.size() - input.size();
    switch (event) {
      case http::Event::need_input:
        received.clear();
        taken_bytes_ = 0;
        return has_input ? Arrival::incomplete : Arrival::nothing;
      case http::Event::head:
        in_body_ = bench_->parser.request().has_body;
        // The answer does not depend on the body, so there is no reason to ask for it with 100
        // (Continue). Whether it comes all the same is not known: this request is the last.
        if (in_body_ && bench_->parser.request().expects_continue) return Arrival::request;
        break;
      case http::Event::body:
        break;
      case http::Event::end:
        in_body_ = false;
        return Arrival::request;
      case http::Event::error:
        return Arrival::refused;
    }
  }
}

/// Waits for a request. Each deadline is for all of what it is for, the head or the body: how the
/// bytes are spread over that time makes no difference.
Task<Visit::Arrival> Visit::receive(Arrival so_far) {
  is_waiting_ = true;
  if (so_far == Arrival::nothing) {
    bench_.end();
    std::string& input = connection_.unread();
    if (input.capacity() > kKeptInputBytes) std::string().swap(input);
    const std::optional<bool> has_begun = co_await timeout(service_.limits.idle, fill());
    if (!has_begun.value_or(false)) co_return Arrival::gone;
  }
  bool is_body_timed = in_body_;
  Instant deadline = now() + (in_body_ ? service_.limits.body : service_.limits.header);
  for (;;) {
    const Arrival arrival = parse();
    if (arrival != Arrival::nothing && arrival != Arrival::incomplete) {
      is_waiting_ = false;
      co_return arrival;
    }
    if (in_body_ && !is_body_timed) {
      is_body_timed = true;
      deadline = now() + service_.limits.body;
    }
    const std::optional<bool> more = co_await timeout(deadline - now(), fill());
    if (more.value_or(false)) continue;
    is_waiting_ = false;
    if (bench_->parser.idle()) co_return Arrival::gone;  // there were empty lines, and no request
    co_return more ? Arrival::cut_off : Arrival::overdue;
  }
}

Task<bool> Visit::fill() { co_return co_await connection_.fill(); }

Answer Visit::make_answer(Arrival arrival) {
  const http::Request& request = bench_->parser.request();
  has_head_ = arrival == Arrival::request || in_body_;
  has_answered_ = true;
  keep_alive_ =
      arrival == Arrival::request && request.keep_alive && !in_body_ && !service_.is_stopping;
  switch (arrival) {
    case Arrival::request:
      return service_.responder.answer(request);
    case Arrival::overdue:
      return error_answer(408, "The request did not come in time.");
    case Arrival::cut_off:
      return error_answer(400, "The request ended early.");
    default:
      return error_answer(bench_->parser.error().status, bench_->parser.error().reason);
  }
}

bool Visit::is_head() const {
  return has_head_ && bench_->parser.request().method == http::Method::head;
}

void Visit::append_head(const Answer& answer) {
  const int minor_version = has_head_ ? bench_->parser.request().minor_version : 1;
  const Manner manner{keep_alive_, minor_version, service_.date()};
  httpd::append_head(bench_->out, answer, manner);
}

/// Head and body behind the answers that wait to be sent.
void Visit::append_whole(Answer& answer) {
  std::string& out = bench_->out;
  const std::size_t begin = out.size();
  append_head(answer);
  const std::size_t head_end = out.size();
  if (!is_head()) {
    const auto size_bytes = static_cast<std::size_t>(answer.size_bytes());
    out.resize(head_end + size_bytes);
    if (answer.read(0, std::span(out).subspan(head_end)) < size_bytes) {
      // The file has become shorter since it was opened, and nothing of it has left yet.
      out.resize(begin);
      answer = error_answer(500, "The file changed while it was read.");
      return append_whole(answer);
    }
  }
  ++gathered_;
  log(answer, out.size() - head_end);
}

/// With no more memory than a piece, however long the file. False: it ended early.
Task<bool> Visit::send_in_pieces(Answer& answer) {
  std::string& out = bench_->out;
  append_head(answer);
  const std::uint64_t size_bytes = answer.size_bytes();
  std::size_t begin = out.size();  // the first piece comes behind what is there
  out.resize(begin + kPieceBytes);
  std::uint64_t sent = 0;
  bool is_whole = true;
  try {
    while (is_whole && sent < size_bytes) {
      const auto piece =
          static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size_bytes - sent));
      const std::size_t got = answer.read(sent, std::span(out).subspan(begin, piece));
      is_whole = got == piece;
      co_await send(std::string_view(out).substr(0, begin + got));
      begin = 0;
      sent += got;
    }
  } catch (const NetError&) {
    log(answer, sent);
    throw;
  }
  out.clear();
  gathered_ = 0;
  log(answer, sent);
  co_return is_whole;
}

Task<> Visit::flush() {
  co_await send(bench_->out);
  bench_->out.clear();
  gathered_ = 0;
}

Task<> Visit::send(std::string_view bytes) {
  const Outcome outcome = co_await timeout(service_.limits.write, send_all(bytes));
  if (outcome == Outcome::finished) co_return;
  connection_.reset();  // close() would leave what the client does not take to the kernel
  throw NetError("send", to_string(connection_.peer()), ETIMEDOUT);
}

Task<> Visit::send_all(std::string_view bytes) { co_await connection_.sendall(bytes); }

/// After the last answer: end our side, and read on until the client has ended its own.
Task<> Visit::say_goodbye() {
  if (gathered_ > 0) co_await flush();
  const bool is_parser_clean = has_head_ && !in_body_;
  if (is_parser_clean) bench_.end();
  connection_.shutdown_write();
  const Limits& limits = service_.limits;
  const Duration limit = service_.is_stopping ? limits.linger_when_stopping : limits.linger;
  const Outcome outcome = co_await timeout(limit, discard_input());
  static_cast<void>(outcome);  // either way the connection closes now
}

Task<> Visit::discard_input() {
  for (;;) {
    connection_.unread().clear();
    const bool has_more = co_await connection_.fill();
    if (!has_more) co_return;
  }
}

void Visit::close_if_idle(bool is_last_call) {
  const bool is_new = !has_answered_ && now() - began_ < service_.limits.linger_when_stopping;
  if (is_new && !is_last_call) return;
  if (is_waiting_ && !in_body_ && connection_.unread().empty()) connection_.close();
}

void Visit::log(const Answer& answer, std::uint64_t body_bytes) {
  if (!service_.on_access) return;
  const http::Request& request = bench_->parser.request();
  Access access;
  access.client = connection_.peer();
  if (has_head_) {
    access.method = request.method_name;
    access.target = request.target;
  }
  access.status = answer.status;
  access.body_bytes = body_bytes;
  access.is_complete = is_head() || body_bytes == answer.size_bytes();
  service_.on_access(access);
}

}  // namespace rill::httpd
