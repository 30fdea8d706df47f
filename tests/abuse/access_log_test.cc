// A log that cannot be written - a full disk, a pipe that nobody reads - costs the log, and not the
// service: every request is answered, in bounded memory, and the operator is told once.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "tests/abuse/raw_socket.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

/// So many requests, each of which wants a line; how many were answered.
std::size_t ask(std::uint16_t port, std::size_t count) {
  const std::string question = get("/small?" + std::string(200, 'q'));
  const RawSocket client(port);
  std::size_t answered = 0;
  while (answered < count && client.send(question) && receive_response(client) == 200) ++answered;
  return answered;
}

TEST_CASE(
    "a full disk under the access log, or a pipe nobody reads, is told once and costs nothing",
    "[log]") {
  const std::string backend = GENERATE(from_range(backends()));
  const bool is_pipe = GENERATE(false, true);
  INFO(backend << (is_pipe ? " pipe" : " disk"));
  const SiteFolder folder;
  std::string log = "/dev/full";
  int pipe_end = -1;
  if (is_pipe) {
    log = (folder.path / "pipe").string();
    REQUIRE(mkfifo(log.c_str(), 0600) == 0);
    pipe_end = open(log.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // and never reads
    REQUIRE(pipe_end >= 0);
  }
  Victim httpd(kHttpd, backend, {"--root", folder.path.string(), "--access-log", log});
  // In CI, too, more lines than a log that kept them all would have memory for.
  const std::size_t count = at_scale(20'000, 50'000);
  REQUIRE(ask(httpd.port(), count) == count);
  const Cost before = httpd.cost();
  CHECK(ask(httpd.port(), count) == count);
  const double grown = httpd.cost().memory_mib - before.memory_mib;
  CHECK(
      figure(backend + (is_pipe ? ": log to a stalled pipe" : ": log to a full disk") + ", memory",
             grown, "MiB", "<= 1", grown <= 1));
  CHECK((kIsSanitized || grown < 4));
  const std::string said = httpd.stop();
  INFO(said);
  CHECK(said.starts_with("exit code 0, said: httpd: "));
  CHECK(std::count(said.begin(), said.end(), '\n') <= 2);  // that it began; perhaps what was lost
  if (pipe_end >= 0) close(pipe_end);
}

}  // namespace
}  // namespace rill::abuse
