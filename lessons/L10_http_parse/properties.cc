// Lesson 10: what must hold of read_request(), for good requests in any pieces and for bad ones.
#include <algorithm>

#include "lessons/L10_http_parse/http_parse.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "simnet/explore/generators.h"
#include "simnet/network.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

/// A request as it is sent, which is also how a learner knows it best.
std::string printed(const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n" + request.body;
}

rc::Gen<std::string> word(std::string letters, int least, int most) {
  return rc::gen::mapcat(rc::gen::inRange(least, most + 1), [letters](int size) {
    return rc::gen::container<std::string>(static_cast<std::size_t>(size),
                                           rc::gen::elementOf(letters));
  });
}

HttpRequest draw_request(Simulation& sim) {
  HttpRequest request;
  request.method = sim.draw("method", rc::gen::element<std::string>("GET", "PUT", "POST"));
  request.target = "/" + sim.draw("target", word("abc/?=%", 0, 8));
  const int fields = sim.draw("fields", rc::gen::inRange(0, 4));
  for (int i = 0; i < fields; ++i) {
    request.fields.emplace_back(sim.draw("name", word("ab-", 1, 5)),
                                sim.draw("value", word("xy:=", 0, 6)));
  }
  request.body = sim.draw("body", word("ab\r\n", 0, 20));
  const auto length =
      sim.draw("spelling",
               rc::gen::element<std::string>("Content-Length", "content-length", "CONTENT-LENGTH"));
  if (!request.body.empty())
    request.fields.emplace_back(length, std::to_string(request.body.size()));
  return request;
}

/// What came of a request: itself as it was sent, "the end", or "status 400".
std::string outcome_of(const std::optional<HttpRequest>& request) {
  return request ? printed(*request) : "the end";
}

Task<std::string> read_outcome(Simulation& sim, Connection& connection) {
  std::string outcome;
  try {
    const std::optional<HttpRequest> request = co_await read_request(connection);
    outcome = outcome_of(request);
  } catch (const BadRequest& bad) {
    outcome = "status " + std::to_string(bad.status);
  }
  sim.note("read_request: " + shown(outcome));
  co_return outcome;
}

Task<> send_pieces(Connection& connection, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) {
    co_await connection.sendall(piece);
    co_await sleep(seconds(1));
  }
  connection.shutdown_write();
  while (!connection.eof()) co_await connection.fill();
}

/// A server that must read `wanted`, one after the other, from a stream in `pieces`.
Task<> expect(Simulation& sim, std::vector<std::string> pieces, std::vector<std::string> wanted,
              std::string_view sentence) {
  const auto read = [&](Connection& connection) -> Task<> {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::string outcome = co_await read_outcome(sim, connection);
      require_equal(sim, sentence, "read_request", outcome, "wanted", wanted[i]);
    }
  };
  const auto send = [&](Connection& connection) { return send_pieces(connection, pieces); };
  co_await converse(sim, {"server", read}, {"client", send, /*may_lose_connection=*/true});
}

Task<> a_simple_request(Simulation& sim) {
  const HttpRequest request{"GET", "/", {}, ""};
  co_await expect(sim, {printed(request)}, {outcome_of(request), "the end"},
                  "a request without fields is what was sent, and then comes the end");
}

Task<> what_is_printed_is_read(Simulation& sim) {
  const HttpRequest request = draw_request(sim);
  co_await expect(sim, {printed(request)}, {outcome_of(request), "the end"},
                  "a request that is sent is the request that is read");
}

Task<> cuts_do_not_matter(Simulation& sim) {
  const HttpRequest request = draw_request(sim);
  const auto pieces = sim.draw("pieces", simnet::any_cuts(printed(request)));
  co_await expect(sim, pieces, {outcome_of(request), "the end"},
                  "it is the same request, however the network cuts it");
}

Task<> requests_in_a_row(Simulation& sim) {
  const HttpRequest one = draw_request(sim);
  const HttpRequest other = draw_request(sim);
  co_await expect(sim, {printed(one) + printed(other)},
                  {outcome_of(one), outcome_of(other), "the end"},
                  "of two requests that are sent at once, both are read, in their order");
}

Task<> nonsense_is_400(Simulation& sim) {
  const std::string text = sim.draw(
      "request",
      rc::gen::element<std::string>(
          "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
          "GET  HTTP/1.1\r\n\r\n", "G3T / HTTP/1.1\r\n\r\n", " GET / HTTP/1.1\r\n\r\n",
          "GET / HTTP/1.1 \r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
          "GET / HTTP/1.1\r\n: no name\r\n\r\n", "GET / HTTP/1.1\r\na : space\r\n\r\n",
          "GET / HTTP/1.1\r\na: b\r\n folded\r\n\r\n",
          "PUT / HTTP/1.1\r\nContent-Length: 2x\r\n\r\nab",
          "PUT / HTTP/1.1\r\nContent-Length: -2\r\n\r\nab",
          "PUT / HTTP/1.1\r\nContent-Length: +2\r\n\r\nab",
          "PUT / HTTP/1.1\r\nContent-Length:\r\n\r\nab",
          "PUT / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\nab",
          "PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", "GET / HTTP/1.1\r\nHost: a\r\n", "GET"));
  co_await expect(sim, {text}, {"status 400"}, "what is no request, or ends too early, is 400");
}

Task<> too_much_is_refused(Simulation& sim) {
  const int which = sim.draw("which", rc::gen::inRange(0, 4));
  std::string text = "PUT / HTTP/1.1\r\n";
  std::string wanted = "status 431";
  switch (which) {
    case 0:  // a line without end
      text += std::string(3000, 'a');
      break;
    case 1:
      text = "GET /" + std::string(500, 'a') + " HTTP/1.1\r\n\r\n";
      break;
    case 2:
      for (int i = 0; i < 21; ++i) text += "a: b\r\n";
      text += "\r\n";
      break;
    default:
      text += "Content-Length: " +
              sim.draw("length",
                       rc::gen::element<std::string>("1001", "18446744073709551617", "99999999")) +
              "\r\n\r\n" + std::string(2000, 'x');
      wanted = "status 413";
  }
  co_await expect(sim, {text}, {wanted},
                  "what is too long is refused, with the status that says so");
}

/// Twenty fields and a thousand bytes are not too much.
Task<> the_most_is_allowed(Simulation& sim) {
  HttpRequest request{"PUT", "/", {}, std::string(kMostBodyBytes, 'x')};
  request.fields.emplace_back("Content-Length", std::to_string(kMostBodyBytes));
  while (request.fields.size() < kMostFields) request.fields.emplace_back("a", "b");
  co_await expect(sim, {printed(request)}, {outcome_of(request)},
                  "what is just short enough is read");
}

Task<> serve_requests(Connection connection) {
  for (;;) {
    const std::optional<HttpRequest> request = co_await read_request(connection);
    if (!request) co_return;
    lesson::say(request->method + " " + request->target);
    co_await connection.sendall("HTTP/1.1 204 No Content\r\n\r\n");
  }
}

Task<> ask_twice(std::uint16_t port) {
  Connection connection = co_await connect("server", port);
  co_await connection.sendall(
      "GET /first HTTP/1.1\r\nHost: server\r\n\r\nGET /second HTTP/1.1\r\n\r\n");
  connection.shutdown_write();
  while (!connection.eof()) {
    const std::string ignored = co_await connection.recv(4096);
    static_cast<void>(ignored);
  }
}

Task<> scenario(lesson::World& world) {
  const HostId server = world.network().add_host("server");
  TaskRef program = co_await world.start(server);
  TaskRef client = world.spawn_visitor("client", server, simnet::Latency::uniform(2_ms, 9_ms),
                                       ask_twice(world.port()));
  co_await join(client);
  co_await world.stop(program, server);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L10";
  program.about = "Reads HTTP requests, says what they ask for, and answers 204.";
  program.port = 4910;
  program.cut_percent = 30;
  program.hint = "ask it with: curl -v http://{address}/      stop it with: Ctrl-C";
  program.main = [](const lesson::Settings& settings) { return serve(settings, serve_requests); };
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions options = {.faults = FaultClass::none};
  return {"L10",
          "http_parse",
          {
              {"a_simple_request", "A request without fields and body is read.", a_simple_request,
               options},
              {"what_is_printed_is_read", "Whatever request is sent, that request is read.",
               what_is_printed_is_read, options},
              {"cuts_do_not_matter", "The same bytes give the same request, however they are cut.",
               cuts_do_not_matter, options},
              {"requests_in_a_row", "One request ends where the next one begins.",
               requests_in_a_row, options},
              {"nonsense_is_400", "What is not a request is refused, and never guessed at.",
               nonsense_is_400, options},
              {"too_much_is_refused", "Nobody can make the server hold more than the limits.",
               too_much_is_refused, options},
              {"the_most_is_allowed", "The limits themselves are allowed.", the_most_is_allowed,
               options},
          },
          demo()};
}

}  // namespace rill::school
