// Who visits httpd in the simulation, and how they behave.
//
// ada's browser keeps its connection and asks for what the page refers to, one by one. ben's sends
// all its requests at once, what is none of his business among them, and gets the answers in that
// order. eve begins a request and never ends it: the others do not notice, and after
// --header-timeout she is shown the door. With --admin, otto comes in between and looks at the
// numbers, at the operator's port.
#include <vector>

#include "lessons/common/say.h"
#include "lessons/httpd/admin.h"
#include "lessons/httpd/httpd.h"
#include "net/client/response_reader.h"
#include "net/net.h"
#include "simnet/network.h"

namespace rill::httpd {
namespace {

using simnet::Latency;

struct Question {
  std::string method;
  std::string target;
  int status;  ///< what the visitor expects
};

struct Visitor {
  enum class Manner : std::uint8_t {
    waits,      ///< for each answer before the next question
    at_once,    ///< asks everything, then listens
    breaks_off  ///< in the middle of the first question
  };

  std::string name;
  Latency latency;  ///< each way
  Duration arrives;
  Manner manner;
  std::vector<Question> questions;
  std::uint16_t port = 0;  ///< 0: where the server listens
};

std::vector<Visitor> visitors() {
  using Manner = Visitor::Manner;
  return {
      {"ada",
       Latency::uniform(2_ms, 4_ms),
       0_ms,
       Manner::waits,
       {{"GET", "/", 200}, {"GET", "/style.css", 200}, {"GET", "/logo.svg", 200}}},
      {"ben",
       Latency::uniform(5_ms, 9_ms),
       1_ms,
       Manner::at_once,
       {{"GET", "/notes", 301},
        {"HEAD", "/long.txt", 200},
        {"GET", "/../../etc/passwd", 400},
        {"GET", "/notes/50%25%20done%3F.txt", 200}}},
      {"eve", Latency::uniform(4_ms, 5_ms), 2_ms, Manner::breaks_off, {{"GET", "/", 408}}},
  };
}

Visitor watcher(const Flags& flags) {
  return {"otto",
          Latency::uniform(1_ms, 2_ms),
          20_ms,
          Visitor::Manner::waits,
          {{"GET", "/metrics", 200}},
          parse_admin_address(flags.admin).port};
}

std::string request_text(const Question& question) {
  return question.method + " " + question.target + " HTTP/1.1\r\nHost: server\r\n\r\n";
}

struct Tally {
  std::size_t answers = 0;
  std::size_t body_bytes = 0;
};

/// Reads one answer, which must be the expected one.
Task<> listen_to(Connection& connection, const Visitor& visitor, const Question& question,
                 Tally& tally) {
  http::ResponseReader reader(connection, http::Limits());
  co_await reader.read_head(question.method == "HEAD" ? http::Method::head : http::Method::get);
  const int status = reader.response().status;
  if (status != question.status) {
    throw lesson::Failure(visitor.name + " asked for " + question.target + " and got " +
                          std::to_string(status));
  }
  std::string_view piece;
  do {
    piece = co_await reader.read_piece();
    tally.body_bytes += piece.size();
  } while (!piece.empty());
  ++tally.answers;
}

Task<> visit(const Visitor& visitor, std::uint16_t port, Tally& tally) {
  co_await sleep(visitor.arrives);
  Connection connection = co_await connect("server", port);
  std::string all;
  for (const Question& question : visitor.questions) all += request_text(question);
  if (visitor.manner == Visitor::Manner::breaks_off) all.resize(all.size() / 2);
  if (visitor.manner != Visitor::Manner::waits) co_await connection.sendall(all);

  for (const Question& question : visitor.questions) {
    const std::string text = request_text(question);
    if (visitor.manner == Visitor::Manner::waits) co_await connection.sendall(text);
    co_await listen_to(connection, visitor, question, tally);
  }
}

}  // namespace

Task<> httpd_scenario(lesson::World& world, const Flags& flags) {
  const HostId server = world.network().add_host("server");
  TaskRef program = co_await world.start(server);

  std::vector<Visitor> all = visitors();
  if (!flags.admin.empty()) all.push_back(watcher(flags));
  Tally tally;
  std::vector<TaskRef> visits;
  for (const Visitor& visitor : all) {
    const std::uint16_t port = visitor.port != 0 ? visitor.port : world.port();
    visits.push_back(
        world.spawn_visitor(visitor.name, server, visitor.latency, visit(visitor, port, tally)));
  }
  for (const TaskRef& visit : visits) co_await join(visit);

  lesson::report(std::to_string(all.size()) + " visitors got " + std::to_string(tally.answers) +
                 " answers, " + std::to_string(tally.body_bytes) +
                 " bytes; nobody waited for eve's half a request");
  co_await world.stop(program, server);
}

}  // namespace rill::httpd
