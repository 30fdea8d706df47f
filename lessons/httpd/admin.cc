// See admin.h.
#include "lessons/httpd/admin.h"

#include <cerrno>

#include "lessons/common/program.h"
#include "lessons/httpd/metrics_text.h"
#include "net/http/request_parser.h"
#include "net/http/writer.h"
#include "net/server.h"
#include "net/service/listening_socket.h"
#include "scheduler/group.h"
#include "scheduler/semaphore.h"
#include "scheduler/timeout.h"

namespace rill::httpd {
namespace {

constexpr std::uint32_t kMostExchanges = 16;
constexpr Duration kExchange = seconds(10);
/// After the answer, for the client to end its side: see Limits::linger.
constexpr Duration kLinger = seconds(1);

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

struct AdminAnswer {
  int status;
  std::string body;
  std::string_view type = kPlainText;
};

AdminAnswer answer(const http::Request& request, const AdminView& view) {
  if (request.method != http::Method::get && request.method != http::Method::head) {
    return {405, "GET, nothing else\n"};
  }
  if (request.path == "/healthz") {
    return view.is_draining() ? AdminAnswer{503, "draining\n"} : AdminAnswer{200, "ok\n"};
  }
  if (request.path == "/metrics") return {200, view.metrics(), kMetricsMediaType};
  return {404, "there are /healthz and /metrics\n"};
}

std::string answer_text(const AdminAnswer& answer, bool is_head, const AdminView& view) {
  std::string out;
  auto head = http::HeadWriter::response(out, answer.status);
  head.field("Date", view.date()).field("Content-Type", answer.type);
  head.field("Cache-Control", "no-store").content_length(answer.body.size());
  if (answer.status == 405) head.field("Allow", "GET, HEAD");
  if (answer.status == 503) head.field("Retry-After", "1");
  head.connection(false).end();
  return is_head ? out : out + answer.body;
}

/// Reads one request. Null: the client left without one.
Task<const http::Request*> read_request(Connection& connection, http::RequestParser& parser,
                                        bool& is_refused) {
  for (;;) {
    std::string& received = connection.unread();
    std::string_view input = received;
    http::Event event = http::Event::body;
    while (event == http::Event::body || event == http::Event::head) event = parser.next(input);
    received.clear();  // what comes behind the request is not asked for
    is_refused = event == http::Event::error;
    if (is_refused || event == http::Event::end) co_return &parser.request();
    const bool has_more = co_await connection.fill();
    if (!has_more) co_return nullptr;
  }
}

Task<> discard_input(Connection& connection) {
  for (;;) {
    connection.unread().clear();
    const bool has_more = co_await connection.fill();
    if (!has_more) co_return;
  }
}

Task<> exchange(Connection& connection, const AdminView& view) {
  http::RequestParser parser;
  bool is_refused = false;
  const http::Request* const request = co_await read_request(connection, parser, is_refused);
  if (request == nullptr) co_return;
  const AdminAnswer given =
      is_refused ? AdminAnswer{parser.error().status, std::string(parser.error().reason) + "\n"}
                 : answer(*request, view);
  const bool is_head = !is_refused && request->method == http::Method::head;
  const std::string text = answer_text(given, is_head, view);
  co_await connection.sendall(text);
  connection.shutdown_write();
  const Outcome outcome = co_await timeout(kLinger, discard_input(connection));
  static_cast<void>(outcome);  // either way it closes now
}

Task<> attend(Connection connection, const AdminView& view, Semaphore::Permit permit) {
  try {
    const Outcome outcome = co_await timeout(kExchange, exchange(connection, view));
    static_cast<void>(outcome);  // either way it closes now
  } catch (const NetError&) {
    // Whoever asked is gone.
  }
  permit.release();
}

}  // namespace

AdminAddress parse_admin_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == text.npos ? text : text.substr(colon + 1);
  const std::string host = colon == text.npos ? "127.0.0.1" : text.substr(0, colon);
  const auto number = http::parse_decimal(port);
  const bool is_host = host == "localhost" || Address::parse(host).has_value();
  const bool is_bare_ipv6 = host.find(':') != host.npos && !host.starts_with('[');
  if (port.size() > 5 || !number || *number > 65535 || !is_host || is_bare_ipv6) {
    throw lesson::UsageMistake("--admin wants a port, or an address and a port, such as 9090, " +
                               ("10.0.0.5:9090 or [::1]:9090, not '" + text) + "'");
  }
  return {host, static_cast<std::uint16_t>(*number)};
}

Listener listen_for_admin(const std::string& text, bool is_real) {
  const AdminAddress at = parse_admin_address(text);
  const bool is_port_alone = text.find(':') == text.npos;
  try {
    if (is_real) wait_for_port(listen_address(at.host, at.port));  // of one that was killed
    return Listener(is_port_alone && !is_real ? "" : at.host, at.port);
  } catch (const NetError& error) {
    if (error.error() == EADDRINUSE) {
      throw lesson::UsageMistake("--admin " + text + ": that port is taken; choose another, or 0 " +
                                 "for any that is free");
    }
    throw lesson::UsageMistake("--admin " + text + ": " + error.code().message());
  }
}

Task<> serve_admin(Listener listener, AdminView view) {
  Semaphore permits(kMostExchanges);
  Group exchanges;
  for (;;) {
    Semaphore::Permit permit = co_await permits.acquire();
    Connection connection = co_await accept_patiently(listener);
    exchanges.spawn(attend(std::move(connection), view, std::move(permit)));
  }
}

}  // namespace rill::httpd
