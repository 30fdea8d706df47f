// Feeding the parser from the connection's buffer. See response_reader.h.
#include "net/client/response_reader.h"

#include "scheduler/timeout.h"

namespace rill::http {

Task<> ResponseReader::read_head(Method method) {
  parser_.start(method);
  co_await next();
}

Task<std::string_view> ResponseReader::read_piece() {
  const Event event = co_await next();
  if (event == Event::body) co_return parser_.body();
  connection_.unread().erase(0, taken_bytes_);
  taken_bytes_ = 0;
  co_return std::string_view();
}

bool ResponseReader::is_reusable() const {
  return parser_.response().keep_alive && connection_.unread().empty() && !connection_.eof();
}

// The next event but need_input. Taken bytes stay in the buffer until all of it is taken: erasing
// the front for each piece would move 16 KiB for every chunk of one byte.
Task<Event> ResponseReader::next() {
  std::string& unread = connection_.unread();
  for (;;) {
    std::string_view input = std::string_view(unread).substr(taken_bytes_);
    Event event = parser_.next(input);
    taken_bytes_ = unread.size() - input.size();
    if (continue_ != nullptr && parser_.has_continued()) continue_->set();
    if (event == Event::need_input) {
      unread.clear();
      taken_bytes_ = 0;
      const bool is_open = co_await fill();
      if (is_open) continue;
      event = parser_.finish();
    }
    if (event == Event::error) throw BadResponse(parser_.fault());
    co_return event;
  }
}

Task<bool> ResponseReader::fill() {
  if (idle_timeout_.ns == 0) {
    const bool is_open = co_await connection_.fill();
    co_return is_open;
  }
  const auto fill_once = [](Connection& connection) -> Task<bool> {
    const bool is_open = co_await connection.fill();
    co_return is_open;
  };
  for (;;) {
    const bool was_tolerant = tolerates_silence_;
    const std::optional<bool> is_open = co_await timeout(idle_timeout_, fill_once(connection_));
    if (is_open) co_return *is_open;
    if (!was_tolerant) throw PeerSilent();
  }
}

}  // namespace rill::http
