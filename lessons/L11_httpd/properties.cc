// Lesson 11: what must hold of serve_client(), compared with a map of files.
#include <algorithm>

#include "lessons/L11_httpd/httpd.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "net/http/syntax.h"
#include "simnet/explore/generators.h"
#include "simnet/network.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

Files site() {
  Files files;
  files.write("www/index.html", "welcome");
  files.write("www/a.txt", "this is a");
  files.write("www/deep/b.txt", "this is b, and longer");
  files.write("secret.txt", "the secret");
  files.write("www-evil/c.txt", "not yours");
  return files;
}

struct Ask {
  std::string method;
  std::string path;
};

struct Answer {
  int status = 0;
  std::string body;
  bool says_last = false;  ///< "Connection: close"
};

std::string shown(const Answer& answer) {
  return std::to_string(answer.status) + " " + school::shown(answer.body);
}

/// What a question must get.
Answer model(const Ask& ask) {
  if (ask.method != "GET" && ask.method != "HEAD") return {405, "", false};
  std::string body;
  if (ask.path == "/" || ask.path == "/index.html") body = "welcome";
  if (ask.path == "/a.txt" || ask.path == "/deep/../a.txt" || ask.path == "/./a.txt") {
    body = "this is a";
  }
  if (ask.path == "/deep/b.txt") body = "this is b, and longer";
  if (body.empty()) return {404, "", false};
  return {200, ask.method == "HEAD" ? "" : body, false};
}

std::string text_of(const Ask& ask, bool is_last) {
  return ask.method + " " + ask.path + " HTTP/1.1\r\nHost: server\r\n" +
         (is_last ? "Connection: close\r\n" : "") + "\r\n";
}

/// The next answer; status 0 if there is none.
Task<Answer> read_answer(Connection& connection, bool has_body) {
  Answer answer;
  const std::string first = co_await connection.readline("\r\n");
  if (!first.starts_with("HTTP/1.1 ")) {
    answer.body = first;
    co_return answer;
  }
  answer.status = std::atoi(first.c_str() + 9);
  std::size_t length = 0;
  for (;;) {
    const std::string line = co_await connection.readline("\r\n");
    if (line.size() <= 2) break;
    if (http::equals_ignoring_case(line, "Connection: close\r\n")) answer.says_last = true;
    if (http::equals_ignoring_case(line.substr(0, 15), "Content-Length:")) {
      length = std::strtoul(line.c_str() + 15, nullptr, 10);
    }
  }
  while (has_body && answer.body.size() < length) {
    const std::string piece = co_await connection.recv(length - answer.body.size());
    if (piece.empty()) break;
    answer.body += piece;
  }
  co_return answer;
}

Task<> expect_answer(Simulation& sim, Connection& connection, const Ask& ask,
                     std::string_view sentence, bool is_last = true) {
  const Answer got = co_await read_answer(connection, ask.method != "HEAD");
  const Answer wanted = model(ask);
  sim.note(ask.method + " " + ask.path + ": " + shown(got));
  const bool is_same =
      got.status == wanted.status && (wanted.status != 200 || got.body == wanted.body);
  sim.require(
      is_same, sentence,
      ask.method + " " + ask.path + "\nwanted  " + shown(wanted) + "\ngot     " + shown(got));
  sim.require(got.says_last == is_last, "an answer says whether it is the last (keep_alive)",
              ask.method + " " + ask.path + ", " + std::to_string(got.status) +
                  (is_last ? ": the client wanted no more" : ": the client wanted to ask more"));
}

Task<> with_server(Simulation& sim, std::function<Task<>(Connection&)> client) {
  auto& files = sim.make<Files>(site());
  const auto server = [&files](Connection& connection) { return serve_client(connection, files); };
  co_await converse(sim, {"server", server, true}, {"client", std::move(client)});
}

Task<> expect_the_end(Simulation& sim, Connection& connection, std::string_view sentence) {
  const auto more = co_await timeout(seconds(3), [&]() -> Task<std::string> {
    const std::string got = co_await connection.recv(100);
    co_return got;
  }());
  sim.require(more.has_value(), sentence, "instead nothing happens");
  sim.require(more->empty(), sentence, "instead there is " + school::shown(*more));
}

Task<> one_question(Simulation& sim) {
  co_await with_server(sim, [&](Connection& connection) -> Task<> {
    const Ask ask{"GET", "/"};
    co_await connection.sendall(text_of(ask, true));
    co_await expect_answer(sim, connection, ask, "\"/\" is the file www/index.html");
    co_await expect_the_end(sim, connection, "a client that asks for it is hung up on");
  });
}

std::vector<Ask> draw_asks(Simulation& sim) {
  const auto method = rc::gen::element<std::string>("GET", "GET", "HEAD", "PUT");
  const auto path = rc::gen::element<std::string>("/", "/a.txt", "/deep/b.txt", "/none", "/./a.txt",
                                                  "/deep/../a.txt", "/deep");
  const int count = sim.draw("questions", rc::gen::inRange(1, 5));
  std::vector<Ask> asks;
  for (int i = 0; i < count; ++i)
    asks.push_back({sim.draw("method", method), sim.draw("path", path)});
  return asks;
}

Task<> send_pieces(Connection& connection, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) {
    co_await connection.sendall(piece);
    co_await sleep(milliseconds(10));
  }
}

Task<> every_question_its_answer(Simulation& sim) {
  const std::vector<Ask> asks = draw_asks(sim);
  const bool at_once = sim.draw("at once", rc::gen::arbitrary<bool>());
  std::string all;
  for (const Ask& ask : asks) all += text_of(ask, &ask == &asks.back());
  const auto pieces = sim.draw("pieces", simnet::any_cuts(all));
  co_await with_server(sim, [&](Connection& connection) -> Task<> {
    Group asking;  // beside the reading: or both sides might wait for room to send
    if (at_once) asking.spawn(send_pieces, std::ref(connection), std::cref(pieces));
    for (const Ask& ask : asks) {
      const std::string text = text_of(ask, &ask == &asks.back());
      if (!at_once) co_await connection.sendall(text);
      co_await expect_answer(sim, connection, ask, "every question gets its own answer, in order",
                             &ask == &asks.back());
    }
    co_await expect_the_end(sim, connection, "after the last answer comes the end");
  });
}

/// All of them climb above www. 404 is right for each; of the last two, so is the file that they
/// name when they are cut off at the top (httpd.h).
Task<> nothing_from_outside(Simulation& sim) {
  static const std::vector<std::string> kPaths = {
      "/../secret.txt",        "/deep/../../secret.txt", "/a/b/../../../secret.txt",
      "/./../secret.txt",      "/../www-evil/c.txt",     "/../www/a.txt",
      "/deep/../../www/a.txt", "//..//secret.txt",       "/../a.txt",
      "/deep/../../a.txt"};
  const auto which = sim.draw("which path", rc::gen::inRange<std::size_t>(0, kPaths.size()));
  const Ask ask{"GET", kPaths[which]};
  const bool may_be_cut_off = ask.path.ends_with("../a.txt");
  co_await with_server(sim, [&](Connection& connection) -> Task<> {
    co_await connection.sendall(text_of(ask, true));
    const Answer got = co_await read_answer(connection, true);
    sim.note("GET " + ask.path + ": " + shown(got));
    const bool is_cut_off = may_be_cut_off && got.status == 200 && got.body == "this is a";
    sim.require(got.status == 404 || is_cut_off,
                "a path that climbs above www, even for a moment, is 404 or cut off at the top",
                "GET " + ask.path + "\ngot  " + shown(got));
  });
}

Task<> nonsense_is_400(Simulation& sim) {
  const std::string text =
      sim.draw("text", rc::gen::element<std::string>("hello\r\n\r\n", "GET /\r\n\r\n",
                                                     "GET / HTTP/9\r\n\r\n",
                                                     "GET / HTTP/1.1\r\nno colon\r\n\r\n"));
  co_await with_server(sim, [&](Connection& connection) -> Task<> {
    co_await connection.sendall(text);
    const Answer got = co_await read_answer(connection, true);
    sim.require(got.status == 400, "what is no HTTP is answered with 400",
                "to " + school::shown(text) + "\ngot  " + shown(got));
    co_await expect_the_end(sim, connection, "400 is the last answer");
  });
}

/// Sends the beginning of a question, byte by byte, and never the end.
Task<> slow_clients_are_hung_up_on(Simulation& sim) {
  const std::string half = "GET /a.txt HTTP/1.1\r\nHost: a-name-that-is-quite-long.example";
  const int sent_bytes = sim.draw("bytes", rc::gen::inRange(0, 40));
  const int pause_ms = sim.draw("pause, ms", rc::gen::inRange(1, 2000));
  const bool asks_before = sim.draw("asks before", rc::gen::arbitrary<bool>());
  co_await with_server(sim, [&](Connection& connection) -> Task<> {
    if (asks_before) {
      const Ask ask{"GET", "/"};
      co_await connection.sendall(text_of(ask, false));
      co_await expect_answer(sim, connection, ask, "every question gets its own answer, in order",
                             /*is_last=*/false);
    }
    const Instant begin = now();
    Group drips;
    drips
        .spawn([&]() -> Task<> {
          try {
            for (int i = 0; i < sent_bytes; ++i) {
              co_await connection.sendall(half.substr(static_cast<std::size_t>(i), 1));
              co_await sleep(milliseconds(pause_ms));
            }
          } catch (const NetError&) {
          }
        })
        .named("drip");
    try {
      const auto end = co_await timeout(seconds(60), [&]() -> Task<> {
        while (!connection.eof()) co_await connection.fill();
      }());
      sim.require(end == Outcome::finished, "a client that never finishes is hung up on");
    } catch (const NetError&) {
    }
    const Duration took = now() - begin;
    sim.require(
        took >= kPatience - seconds(1) && took <= kPatience + seconds(1),
        "patience is for the whole question, not for each byte",
        "it was hung up on after " + to_string(took) + "; kPatience is " + to_string(kPatience));
  });
}

Task<> serve_site(Connection connection) {
  static const Files files = site();
  co_await serve_client(connection, files);
}

Task<> browse(std::uint16_t port) {
  Connection connection = co_await connect("server", port);
  const std::vector<Ask> asks = {{"GET", "/"}, {"HEAD", "/a.txt"}, {"GET", "/../secret.txt"}};
  for (const Ask& ask : asks) {
    co_await connection.sendall(text_of(ask, &ask == &asks.back()));
    const Answer answer = co_await read_answer(connection, ask.method != "HEAD");
    lesson::say(ask.method + " " + ask.path + ": " + shown(answer));
    if (answer.status == 0) co_return;
  }
}

Task<> scenario(lesson::World& world) {
  const HostId server = world.network().add_host("server");
  TaskRef program = co_await world.start(server);
  TaskRef browser = world.spawn_visitor("browser", server, simnet::Latency::uniform(2_ms, 9_ms),
                                        browse(world.port()));
  co_await join(browser);
  co_await world.stop(program, server);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L11";
  program.about = "A web server with three files.";
  program.port = 4911;
  program.hint = "open http://{address}/      stop it with: Ctrl-C";
  program.main = [](const lesson::Settings& settings) { return serve(settings, serve_site); };
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions options = {.faults = FaultClass::none};
  const ExploreOptions timed = {.faults = FaultClass::none, .varies_network = false};
  return {
      "L11",
      "httpd",
      {
          {"one_question", "A question for a file gets the file.", one_question, options},
          {"every_question_its_answer",
           "Answer number k belongs to question number k, however they are sent.",
           every_question_its_answer, options},
          {"nothing_from_outside", "No path leads out of www.", nothing_from_outside, options},
          {"nonsense_is_400", "What is no HTTP is answered, and then it is over.", nonsense_is_400,
           timed},
          {"slow_clients_are_hung_up_on", "A client that never finishes cannot hold the server.",
           slow_clients_are_hung_up_on, timed},
      },
      demo()};
}

}  // namespace rill::school
