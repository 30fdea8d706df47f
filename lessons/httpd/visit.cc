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

CountedMethod counted(http::Method method) {
  if (method == http::Method::get) return CountedMethod::get;
  return method == http::Method::head ? CountedMethod::head : CountedMethod::other;
}

}  // namespace

Visit::Visit(Service& service, Connection connection)
    : service_(service),
      connection_(std::move(connection)),
      opened_(now()),
      bench_(service.benches) {
  service.visits.push_back(*this);
}

Task<> Visit::run() {
  if (service_.welcome) co_await service_.welcome(connection_);
  while (keep_alive_) {
    Arrival arrival = parse();
    if (arrival == Arrival::nothing || arrival == Arrival::incomplete) {
      // The client may be waiting for these before it sends more.
      if (has_output()) co_await flush();
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

Task<> Visit::turn_away() {
  is_waiting_ = false;
  keep_alive_ = false;
  request_began_ = now();
  bench_.begin();
  Answer answer = error_answer(429, "There are too many connections from your address.");
  append_whole(answer);
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
        if (!in_body_ || !bench_->parser.request().expects_continue) break;
        // Where the answer does not wait for the body, whether one comes all the same is not known:
        // this request is the last.
        if (!Responder::reads_body(bench_->parser.request())) return Arrival::request;
        if (input.empty()) http::HeadWriter::response(bench_->out, 100).end();
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
    if (!has_begun) service_.metrics.count(Deadline::idle);
    if (!has_begun.value_or(false)) co_return Arrival::gone;
  }
  const Instant begin = now();
  if (so_far == Arrival::nothing) request_began_ = begin;
  bool is_body_timed = in_body_;
  Instant deadline = begin + (in_body_ ? service_.limits.body : service_.limits.header);
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
    if (has_output()) co_await flush();  // 100 (Continue)
    const std::optional<bool> more = co_await timeout(deadline - now(), fill());
    if (more.value_or(false)) continue;
    is_waiting_ = false;
    if (!more) service_.metrics.count(in_body_ ? Deadline::body : Deadline::header);
    if (bench_->parser.idle()) co_return Arrival::gone;  // there were empty lines, and no request
    co_return more ? Arrival::cut_off : Arrival::overdue;
  }
}

Task<bool> Visit::fill() { co_return co_await connection_.fill(); }

Answer Visit::make_answer(Arrival arrival) {
  const http::Request& request = bench_->parser.request();
  has_head_ = arrival == Arrival::request || in_body_;
  has_answered_ = true;
  keep_alive_ = arrival == Arrival::request && request.keep_alive && !in_body_ && may_ask_again();
  switch (arrival) {
    case Arrival::request:
      return service_.responder.answer(request, service_.wall_seconds());
    case Arrival::overdue:
      return error_answer(408, "The request did not come in time.");
    case Arrival::cut_off:
      return error_answer(400, "The request ended early.");
    default:
      return error_answer(bench_->parser.error().status, bench_->parser.error().reason);
  }
}

bool Visit::may_ask_again() {
  const std::size_t most = service_.limits.requests_per_connection;
  return (++requests_ < most || most == 0) && !service_.is_stopping;
}

bool Visit::is_head() const {
  return has_head_ && bench_->parser.request().method == http::Method::head;
}

void Visit::append_head(const Answer& answer) {
  const int minor_version = has_head_ ? bench_->parser.request().minor_version : 1;
  const Manner manner{keep_alive_, minor_version, service_.date()};
  httpd::append_head(bench_->out, answer, manner);
}

/// Appends bytes of the file. False: it has become shorter.
bool Visit::append_bytes(Answer& answer, http::ByteRange bytes) {
  std::string& out = bench_->out;
  const std::size_t begin = out.size();
  out.resize(begin + bytes.size_bytes());
  const std::size_t got = answer.file.read(bytes.begin, std::span(out).subspan(begin));
  out.resize(begin + got);
  return got == bytes.size_bytes();
}

/// Head and body behind the answers that wait to be sent.
void Visit::append_whole(Answer& answer) {
  std::string& out = bench_->out;
  const std::size_t begin = out.size();
  append_head(answer);
  const std::size_t head_end = out.size();
  if (!is_head()) {
    bool is_whole = answer.bytes.size_bytes() == 0 || append_bytes(answer, answer.bytes);
    for (const Part& part : answer.parts) {
      out += part.head;
      is_whole = is_whole && append_bytes(answer, part.bytes);
    }
    out += answer.page;
    if (!is_whole) {
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
  append_head(answer);
  std::uint64_t sent = 0;
  bool is_whole = false;
  try {
    is_whole = co_await send_body(answer, sent);
  } catch (const NetError&) {
    log(answer, sent);
    throw;
  }
  gathered_ = 0;
  log(answer, sent);
  co_return is_whole;
}

/// Behind what waits in bench_->out; nothing does afterwards. `sent` counts.
Task<bool> Visit::send_body(Answer& answer, std::uint64_t& sent) {
  std::string& out = bench_->out;
  bool is_whole = co_await send_bytes(answer, answer.bytes, sent);
  for (const Part& part : answer.parts) {
    if (!is_whole) co_return false;
    out += part.head;
    sent += part.head.size();
    is_whole = co_await send_bytes(answer, part.bytes, sent);
  }
  if (!is_whole) co_return false;
  for (std::string_view page = answer.page; !page.empty();) {
    out += page.substr(0, kPieceBytes);
    page.remove_prefix(std::min(page.size(), kPieceBytes));
    co_await flush();
  }
  sent += answer.page.size();
  co_return true;
}

/// Bytes of the file behind what waits in bench_->out: by the kernel where it can, or else through
/// a buffer. False: the file ended early.
Task<bool> Visit::send_bytes(Answer& answer, http::ByteRange bytes, std::uint64_t& sent) {
  const int descriptor = connection_.can_sendfile() ? answer.file.descriptor() : -1;
  while (bytes.begin < bytes.end) {
    const auto piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, bytes.size_bytes()));
    std::size_t got = 0;
    if (descriptor >= 0) {
      if (has_output()) co_await flush(More::follows);
      got = co_await send_file(descriptor, bytes.begin, piece);
    } else {
      const std::size_t begin = bench_->out.size();
      static_cast<void>(append_bytes(answer, {bytes.begin, bytes.begin + piece}));
      got = bench_->out.size() - begin;
      co_await flush();
    }
    sent += got;
    if (got < piece) co_return false;
    bytes.begin += piece;
  }
  co_return true;
}

bool Visit::has_output() const { return bench_ && !bench_->out.empty(); }

Task<> Visit::flush(More more) {
  co_await send(bench_->out, more);
  bench_->out.clear();
  gathered_ = 0;
}

Task<> Visit::send(std::string_view bytes, More more) {
  const Outcome outcome = co_await timeout(service_.limits.write, send_all(bytes, more));
  if (outcome != Outcome::finished) give_up();
  service_.metrics.sent_bytes.add(bytes.size());
}

Task<> Visit::send_all(std::string_view bytes, More more) {
  co_await connection_.sendall(bytes, more);
}

/// As Connection::sendfile(), within the deadline.
Task<std::size_t> Visit::send_file(int descriptor, std::uint64_t offset, std::size_t size_bytes) {
  const std::optional<std::size_t> sent =
      co_await timeout(service_.limits.write, send_file_now(descriptor, offset, size_bytes));
  if (!sent) give_up();
  service_.metrics.sent_bytes.add(*sent);
  co_return *sent;
}

Task<std::size_t> Visit::send_file_now(int descriptor, std::uint64_t offset,
                                       std::size_t size_bytes) {
  const Sent sent = co_await connection_.sendfile(descriptor, offset, size_bytes);
  co_return sent.bytes;
}

/// On a client that makes no room.
void Visit::give_up() {
  service_.metrics.count(Deadline::write);
  connection_.reset();  // close() would leave what the client does not take to the kernel
  throw NetError("send", to_string(connection_.peer()), ETIMEDOUT);
}

/// After the last answer: end our side, and read on until the client has ended its own.
Task<> Visit::say_goodbye() {
  if (has_output()) co_await flush();
  const bool is_parser_clean = has_head_ && !in_body_;
  if (is_parser_clean) bench_.end();
  connection_.shutdown_write();
  const Limits& limits = service_.limits;
  const Duration limit = service_.is_stopping ? limits.linger_when_stopping : limits.linger;
  const Outcome outcome = co_await timeout(limit, discard_input());
  if (outcome == Outcome::timed_out) service_.metrics.count(Deadline::linger);
}

Task<> Visit::discard_input() {
  for (;;) {
    connection_.unread().clear();
    const bool has_more = co_await connection_.fill();
    if (!has_more) co_return;
  }
}

void Visit::close_if_idle(bool is_last_call) {
  const bool is_new = !has_answered_ && now() - opened_ < service_.limits.linger_when_stopping;
  if (is_new && !is_last_call) return;
  if (is_waiting_ && !in_body_ && connection_.unread().empty()) connection_.close();
}

void Visit::log(const Answer& answer, std::uint64_t body_bytes) {
  const http::Request& request = bench_->parser.request();
  const Instant end = now();
  const Duration took = end - request_began_;
  request_began_ = end;  // of what is received already; see receive()
  service_.metrics.count_request(has_head_ ? counted(request.method) : CountedMethod::none,
                                 answer.status, took);
  if (!service_.on_access) return;
  Access access;
  access.client = connection_.peer();
  if (has_head_) {
    access.method = request.method_name;
    access.target = request.target;
    access.minor_version = request.minor_version;
    access.fields = &request.fields;
  }
  access.status = answer.status;
  access.body_bytes = body_bytes;
  access.ended_seconds = service_.wall_seconds();
  access.took = took;
  access.is_complete = is_head() || body_bytes == answer.size_bytes();
  service_.on_access(access);
}

}  // namespace rill::httpd
