// A hundred thousand clients leave nothing behind (bar B9), and thousands who stay cost little
// (bar B7).
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

/// Every way to end: in order by either side, by reset, with the answer unread, in mid-request.
bool short_visit(std::uint16_t port, bool is_http, std::size_t number) {
  const std::string question = is_http ? get("/small") : "a short visit";
  RawSocket client(port);
  if (!client.is_open()) return false;
  switch (number % 5) {
    case 0:
      client.reset();
      return true;
    case 1:
      return client.send(std::string_view(question).substr(0, 7));
    case 2:
      client.send(question);
      client.reset();
      return true;
    case 3:
      client.send(question);
      client.shut_write();
      return client.ends_cleanly();
    default:
      return client.send(question) && (is_http ? receive_response(client) == 200
                                               : client.receive(question.size()) == question);
  }
}

TEST_CASE("short connections leave neither memory nor descriptors behind", "[leaks]") {
  const std::string backend = GENERATE(from_range(backends()));
  const std::string program = GENERATE(kEcho, kHttpd);
  const bool is_http = program == kHttpd;
  INFO(program << " " << backend);
  const std::string label = backend + ": " + program.substr(program.rfind('/') + 1);
  const SiteFolder folder;
  Victim server(program, backend,
                is_http ? std::vector<std::string>{"--root", folder.path.string()}
                        : std::vector<std::string>{});
  const std::size_t at_rest = server.cost().descriptors;
  const std::size_t count = at_scale<std::size_t>(kIsSanitized ? 2000 : 10'000, 100'000);
  std::size_t failed = 0;
  for (std::size_t i = 0; i < count / 5; ++i)
    failed += short_visit(server.port(), is_http, i) ? 0 : 1;
  CHECK(server.wait_for_descriptors(at_rest));
  const Cost before = server.cost();
  for (std::size_t i = 0; i < count; ++i) failed += short_visit(server.port(), is_http, i) ? 0 : 1;
  CHECK(failed == 0);
  CHECK(server.wait_for_descriptors(at_rest));
  const Cost after = server.cost();
  const double grown = after.memory_mib - before.memory_mib;
  const std::string what = label + ", after " + std::to_string(count) + " visits, ";
  CHECK(figure(what + "memory", grown, "MiB", "<= 1", grown <= 1));
  CHECK(figure(what + "descriptors",
               static_cast<double>(after.descriptors) - static_cast<double>(before.descriptors), "",
               "0", after.descriptors == before.descriptors));
  CHECK(after.descriptors == at_rest);
  CHECK((kIsSanitized || grown <= 2));
  CHECK(server.stop() == "");
}

TEST_CASE("thousands of open connections are all served, and cost little memory and no time",
          "[leaks]") {
  const std::string backend = GENERATE(from_range(backends()));
  const std::string program = GENERATE(kEcho, kHttpd);
  const bool is_http = program == kHttpd;
  INFO(program << " " << backend);
  const std::string label = backend + ": " + program.substr(program.rfind('/') + 1);
  const SiteFolder folder;
  Victim server(
      program, backend,
      is_http ? std::vector<std::string>{"--root", folder.path.string(), "--idle-timeout", "100"}
              : std::vector<std::string>{});
  REQUIRE((is_http ? serves(server.port()) : echoes(server.port())));
  const std::size_t count = many(5000, 9900);
  const Cost before = server.cost();
  Swarm swarm(server.port());
  REQUIRE(swarm.connect({}, count));
  std::size_t each_bytes = 1;
  if (is_http) {
    const RawSocket one(server.port());
    REQUIRE(one.send(get("/small")));
    one.shut_write();
    std::string answer;
    REQUIRE(one.receive_to_end(answer));
    each_bytes = answer.size();
  }
  for (std::size_t round = 1; round <= 2; ++round) {
    swarm.say(is_http ? get("/small") : "e");
    CHECK(swarm.run_until([&] { return swarm.received_bytes() == count * each_bytes * round; },
                          kPatience));
  }
  CHECK(server.wait_until_idle());
  const Cost open = server.cost();
  const auto then = Clock::now();
  swarm.run_for(milliseconds(at_scale(500, 5000)));
  const double cpu = server.cpu_percent(open, then);
  const double each_kib =
      (server.cost().memory_mib - before.memory_mib) * 1024 / static_cast<double>(count);
  const std::string what = label + ", " + std::to_string(count) + " open, ";
  CHECK(figure(what + "memory each", each_kib, "KiB", "<= 16", each_kib <= 16));
  CHECK(figure(what + "CPU while idle", cpu, "%", "< 1", cpu < 1));
  CHECK((kIsSanitized || each_kib <= 16));
  CHECK(cpu < 10);
  CHECK(swarm.ended() == 0);
  swarm.close_all();
  CHECK(server.wait_for_descriptors(before.descriptors));
  CHECK(server.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
