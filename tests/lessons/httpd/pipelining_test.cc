// The property that matters most to clients: reply k answers request k. For any number of clients,
// any requests one behind the other, any pieces in which they are sent and in which the network
// delivers them, and any order of ready tasks. What is right is said by a model of a few lines.
#include <algorithm>

#include "lessons/httpd/memory_site.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/property.h"

namespace rill::httpd {
namespace {

/// One kind of request, and the answer that the model gives.
struct Kind {
  std::string head;  ///< without the empty line
  std::string body;
  int status;
  std::string expected;  ///< body of the answer; "*": whatever the page of that status says
  bool closes = false;
};

/// Numbered files, so that an answer tells which request it belongs to.
constexpr int kFiles = 7;

std::string content(int number) {
  // Some go out with their heads, some take several pieces.
  const std::size_t lengths[kFiles] = {0, 1, 100, 3000, 16384, 16385, 200'000};
  std::string text = std::to_string(number) + ":";
  text.resize(std::max(lengths[number], text.size()), static_cast<char>('a' + number));
  return text;
}

MemorySite site() {
  MemorySite site;
  for (int i = 0; i < kFiles; ++i) site.set("files/" + std::to_string(i), content(i));
  return site;
}

Kind kind(int choice, int number) {
  const std::string path = " /files/" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n";
  const std::string inner = "GET /files/0 HTTP/1.1\r\nHost: b\r\n\r\n";
  switch (choice) {
    case 0:
      return {"HEAD" + path, "", 200, ""};
    case 1:
      return {"GET /none/" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n", "", 404, "*"};
    case 2:  // a body that looks like a request
      return {"POST" + path + "Content-Length: " + std::to_string(inner.size()) + "\r\n", inner,
              405, "*"};
    case 3:
      return {"PUT" + path + "Transfer-Encoding: chunked\r\n",
              "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nTrailer: x\r\n\r\n", 405, "*"};
    case 4:
      return {"GET" + path + "Content-Length: 3\r\n", "abc", 200, content(number)};
    case 5:
      return {"GET /../" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n", "", 400, "*"};
    case 6:
      return {"GET" + path + "Connection: close\r\n", "", 200, content(number), true};
    default:
      return {"GET" + path, "", 200, content(number)};
  }
}

struct Plan {
  std::vector<std::vector<Kind>> requests;  ///< of each client
  std::vector<Client> clients;
  std::vector<std::string> methods;
};

Plan plan() {
  Plan plan;
  const int clients = *rc::gen::inRange(1, 6);
  for (int c = 0; c < clients; ++c) {
    std::vector<Kind> kinds;
    std::string bytes;
    std::string methods = "";
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
      kinds.push_back(kind(*rc::gen::inRange(0, 14), *rc::gen::inRange(0, kFiles)));
      bytes += kinds.back().head + "\r\n" + kinds.back().body;
      methods += kinds.back().head.starts_with("HEAD") ? 'H' : 'G';
    }
    Client client;
    while (!bytes.empty()) {
      const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 400));
      client.acts.push_back({milliseconds(*rc::gen::inRange(0, 3)), bytes.substr(0, size)});
      bytes.erase(0, size);
    }
    client.read_bytes = static_cast<std::size_t>(*rc::gen::inRange(1, 70'000));
    plan.requests.push_back(std::move(kinds));
    plan.clients.push_back(std::move(client));
    plan.methods.push_back(methods + "G");
  }
  return plan;
}

RILL_PROPERTY("reply k answers request k") {
  const Plan plan = httpd::plan();
  Setting setting;
  setting.seed = *rc::gen::arbitrary<std::uint64_t>();
  setting.random_order = true;
  setting.network.link.latency = simnet::Latency::uniform(microseconds(10), 5_ms);
  setting.network.short_read_percent = *rc::gen::inRange(0u, 50u);
  setting.network.short_write_percent = *rc::gen::inRange(0u, 50u);
  setting.network.short_segment_percent = *rc::gen::inRange(0u, 50u);
  setting.network.host.send_buffer_bytes = *rc::gen::inRange(5000u, 200'000u);
  MemorySite files = site();
  const Outcomes outcomes = run_clients(files, plan.clients, setting);

  for (std::size_t c = 0; c < plan.clients.size(); ++c) {
    const std::vector<Reply> got = replies(outcomes.talks[c].received, plan.methods[c]);
    std::size_t expected = 0;
    for (bool is_open = true; is_open && expected < plan.requests[c].size(); ++expected) {
      const Kind& asked = plan.requests[c][expected];
      RC_ASSERT(got.size() > expected);
      RC_ASSERT(got[expected].status == asked.status);
      if (asked.expected != "*") RC_ASSERT(got[expected].body == asked.expected);
      is_open = !asked.closes;
      RC_ASSERT(got[expected].keep_alive == is_open);
    }
    RC_ASSERT(got.size() == expected);
  }
  RC_ASSERT(files.open_files() == 0u);
}

TEST_CASE("a body that pauses is not handed to the next client's request") {
  const Kind post = kind(2, 1);
  const std::string request = post.head + "\r\n" + post.body;
  const std::string other = kind(7, 2).head + "\r\n";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    INFO("cut after " << cut << " bytes");
    Client pausing;
    pausing.acts = {{0_ms, request.substr(0, cut)}, {50_ms, request.substr(cut)}};
    Client quick;
    quick.acts = {{20_ms, other}};
    MemorySite files = site();
    const Outcomes outcomes = run_clients(files, {pausing, quick}, {});
    CHECK(replies(outcomes.talks[0].received, "G").at(0).status == 405);
    CHECK(replies(outcomes.talks[1].received, "G").at(0).body == content(2));
  }
}

}  // namespace
}  // namespace rill::httpd
