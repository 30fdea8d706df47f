// Deadlines and endings, in virtual time: no client holds a connection longer than it is allowed
// to, none suffers from another, and SIGTERM loses no answer that is under way.
#include <cerrno>

#include "lessons/httpd/memory_site.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

MemorySite site() {
  MemorySite site;
  site.set("a", "first");
  site.set("long", std::string(20'000'000, 'x'));
  return site;
}

Outcomes play(const std::vector<Client>& clients, const Setting& setting = {}) {
  MemorySite files = site();
  Outcomes outcomes = run_clients(files, clients, setting);
  CHECK(files.open_files() == 0);
  return outcomes;
}

/// Sends nothing by itself and does not end its side.
Client silent() {
  Client client;
  client.half_closes = false;
  return client;
}

Client drip(const std::string& bytes, Duration pause) {
  Client client = silent();
  for (const char byte : bytes) client.acts.push_back({pause, std::string(1, byte)});
  return client;
}

/// `expected` if that is what `actual` is, give or take a few round trips: for CHECK to show.
std::string rounded(Duration actual, Duration expected) {
  const bool is_about = actual >= expected - 5_ms && actual <= expected + 20_ms;
  return is_about ? to_string(expected) : to_string(actual);
}

TEST_CASE("a client that says nothing is closed after the idle deadline, without a word",
          "[httpd]") {
  const Talk talk = play({silent()}).talks[0];
  CHECK(talk.received.empty());
  CHECK(talk.error == 0);
  CHECK(rounded(talk.ended, 10_s) == to_string(10_s));
}

TEST_CASE("after an answer the idle deadline begins anew", "[httpd]") {
  Client client = silent();
  client.acts = {{6_s, get("/a")}, {6_s, get("/a")}};
  const Talk talk = play({client}).talks[0];
  CHECK(statuses(talk.received) == "200 200");
  CHECK(rounded(talk.ended, 22_s) == to_string(22_s));
}

TEST_CASE("a head that drips is answered 408 after the header deadline, which is for all of it",
          "[httpd]") {
  const Talk talk = play({drip(get("/a", "X: " + std::string(500, 'a') + "\r\n"), 1_s)}).talks[0];
  CHECK(statuses(talk.received) == "408 close");
  CHECK(rounded(talk.ended, 11_s) == to_string(11_s));  // the first byte came after a second
}

TEST_CASE("an unfinished head behind an answered request has its own deadline", "[httpd]") {
  Client client = silent();
  client.acts = {{1_s, get("/a") + "GET /"}};
  const Talk talk = play({client}).talks[0];
  CHECK(statuses(talk.received) == "200 408 close");
  CHECK(rounded(talk.ended, 11_s) == to_string(11_s));
}

TEST_CASE("empty lines prolong nothing", "[httpd]") {
  Client client = silent();
  for (int i = 0; i < 8; ++i) client.acts.push_back({4_s, "\r\n"});
  const Talk talk = play({client}).talks[0];
  CHECK(talk.received.empty());
  CHECK(rounded(talk.ended, 14_s) == to_string(14_s));
}

TEST_CASE("a body that drips is answered 408 after the body deadline", "[httpd]") {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";
  Client client = drip(std::string(99, 'x'), 1_s);
  client.acts.insert(client.acts.begin(), {2_s, head});
  const Talk talk = play({client}).talks[0];
  CHECK(statuses(talk.received) == "408 close");
  CHECK(rounded(talk.ended, 12_s) == to_string(12_s));
}

TEST_CASE("each deadline is the one that was asked for", "[httpd]") {
  Setting setting;
  setting.limits.idle = 3_s;
  CHECK(rounded(play({silent()}, setting).talks[0].ended, 3_s) == to_string(3_s));
  setting.limits.header = 500_ms;
  CHECK(rounded(play({drip("GET / HTTP", 1_s)}, setting).talks[0].ended, 1500_ms) ==
        to_string(1500_ms));
  setting.limits.body = 700_ms;
  Client client = silent();
  client.acts = {{{}, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"}};
  CHECK(rounded(play({client}, setting).talks[0].ended, 700_ms) == to_string(700_ms));
}

TEST_CASE("a client that does not read its answer is reset after the write deadline", "[httpd]") {
  Client client = silent();
  client.acts = {{{}, get("/long")}};
  client.reads_from = 60_s;
  Setting setting;
  int accesses = 0;
  setting.on_access = [&](const Access& access) {
    ++accesses;
    CHECK_FALSE(access.is_complete);
    CHECK(access.body_bytes < 20'000'000);
    CHECK(access.target == "/long");
  };
  const Outcomes outcomes = play({client}, setting);
  CHECK(outcomes.talks[0].error == ECONNRESET);
  CHECK(accesses == 1);
}

TEST_CASE("a client that reads a byte a second is reset after the write deadline", "[httpd]") {
  // It does make room, but never for kPieceBytes: the deadline is for all of a piece.
  Client client = silent();
  client.acts = {{{}, get("/long")}};
  client.read_bytes = 1;
  client.read_pause = 1_s;
  Setting setting;
  setting.network.host.receive_buffer_bytes = 10'000;
  setting.network.host.send_buffer_bytes = 10'000;
  setting.limits.connections = 1;
  Metrics metrics;
  setting.metrics = &metrics;
  Client waits;  // for its place
  waits.acts = {{{}, get("/a")}};
  waits.arrives = 1_s;
  const Outcomes outcomes = play({client, waits}, setting);
  CHECK(outcomes.talks[0].error == ECONNRESET);
  CHECK(statuses(outcomes.talks[1].received) == "200");
  CHECK(rounded(outcomes.talks[1].ended + 1_s, 10_s) == to_string(10_s));
  CHECK(metrics.deadlines[static_cast<std::size_t>(Deadline::write)].value() == 1);
}

TEST_CASE("a client that asks and asks and reads nothing is reset after the write deadline",
          "[httpd]") {
  Client client = silent();
  std::string many;
  for (int i = 0; i < 1000; ++i) many += get("/a");
  client.acts.assign(1000, {{}, many});  // a million requests
  client.reads_from = 60_s;
  Metrics metrics;
  Setting setting;
  setting.metrics = &metrics;
  play({client}, setting);
  CHECK(metrics.deadlines[static_cast<std::size_t>(Deadline::write)].value() == 1);
  CHECK(metrics.connections_closed.value() == 1);
  CHECK(metrics.requests[0][0].value() < 100'000);  // it stopped reading
}

TEST_CASE("a chunked body that drips is answered 408 after the body deadline", "[httpd]") {
  Client client = drip(std::string("1\r\nx\r\n1\r\ny\r\n1\r\nz\r\n"), 1_s);
  client.acts.insert(client.acts.begin(),
                     {{}, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"});
  const Talk talk = play({client}).talks[0];
  CHECK(statuses(talk.received) == "408 close");
  CHECK(rounded(talk.ended, 10_s) == to_string(10_s));
}

TEST_CASE("too many empty lines are refused at once", "[httpd]") {
  Client client = silent();
  client.acts = {{1_s, "\r\n\r\n\r\n\r\n\r\n\r\n"}};
  const Talk talk = play({client}).talks[0];
  CHECK(statuses(talk.received) == "400 close");
  CHECK(rounded(talk.ended, 1_s) == to_string(1_s));
}

TEST_CASE("a client that does not leave after its last answer is left after the linger deadline",
          "[httpd]") {
  Client stays = silent();
  stays.acts = {{{}, get("/a", "Connection: close\r\n")}};
  for (int i = 0; i < 100; ++i) stays.acts.push_back({50_ms, "x"});
  stays.reads_from = 60_s;
  Client waits;  // for its place
  waits.acts = {{{}, get("/a")}};
  waits.arrives = 100_ms;
  Metrics metrics;
  Setting setting;
  setting.metrics = &metrics;
  setting.limits.connections = 1;
  for (const Duration limit : {1_s, 300_ms}) {
    setting.limits.linger = limit;
    const Outcomes outcomes = play({stays, waits}, setting);
    CHECK(statuses(outcomes.talks[1].received) == "200");
    CHECK(rounded(outcomes.talks[1].ended + 100_ms, limit) == to_string(limit));
  }
  CHECK(metrics.deadlines[static_cast<std::size_t>(Deadline::linger)].value() == 2);
}

TEST_CASE("a client that reads slowly but steadily gets everything", "[httpd]") {
  Client client = silent();
  client.acts = {{{}, get("/long", "Connection: close\r\n")}};
  client.read_bytes = 200'000;
  client.read_pause = 500_ms;  // 50 s for the whole file
  const Talk talk = play({client}).talks[0];
  CHECK(replies(talk.received).at(0).body.size() == 20'000'000);
}

TEST_CASE("a thousand slow clients do not delay a quick one", "[httpd]") {
  std::vector<Client> clients(1000, drip(get("/a", "X: " + std::string(30, 'a') + "\r\n"), 1_s));
  Client quick;
  for (int i = 0; i < 20; ++i) quick.acts.push_back({900_ms, get("/a")});
  clients.push_back(quick);
  const Outcomes outcomes = play(clients);
  for (int i = 0; i < 1000; ++i) CHECK(rounded(outcomes.talks[i].ended, 11_s) == to_string(11_s));
  CHECK(replies(outcomes.talks[1000].received).size() == 20);
  CHECK(rounded(outcomes.talks[1000].ended, 18_s) == to_string(18_s));
}

TEST_CASE("the server reads on after a refusal, but not for ever", "[httpd]") {
  Client client = silent();
  client.acts = {{{}, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"}};
  for (int i = 0; i < 100; ++i) client.acts.push_back({100_ms, std::string(1000, 'x')});
  const Outcomes outcomes = play({client});
  CHECK(statuses(outcomes.talks[0].received) == "413 close");
  CHECK(outcomes.elapsed < 12_s);
}

TEST_CASE("SIGTERM closes idle connections at once", "[httpd]") {
  Client client = silent();
  client.acts = {{{}, get("/a")}};
  Setting setting;
  setting.stops_at = 3_s;
  const Outcomes outcomes = play({client, silent(), drip("GET /", 1_s)}, setting);
  CHECK(statuses(outcomes.talks[0].received) == "200");
  for (const Talk& talk : outcomes.talks) CHECK(rounded(talk.ended, 3_s) == to_string(3_s));
  CHECK(outcomes.stopping < 20_ms);
}

TEST_CASE("SIGTERM lets answers end that are under way, and says that they are the last",
          "[httpd]") {
  Client client = silent();
  client.acts = {{{}, get("/long")}, {{}, get("/a")}};
  client.read_bytes = 200'000;
  client.read_pause = 50_ms;  // 5 s for the whole file
  Setting setting;
  setting.stops_at = 1_s;
  const Outcomes outcomes = play({client}, setting);
  CHECK(outcomes.talks[0].error == 0);
  const std::vector<Reply> all = replies(outcomes.talks[0].received);
  REQUIRE(all.size() == 2);
  CHECK(all[0].body.size() == 20'000'000);
  CHECK(all[1].body == "first");
  CHECK_FALSE(all[1].keep_alive);
  CHECK(outcomes.stopping > 2_s);
  CHECK(outcomes.stopping < 6_s);
}

TEST_CASE("a first request that is on its way when SIGTERM comes is answered", "[httpd]") {
  Client client = silent();
  client.acts = {{100_ms, get("/a")}};
  Setting setting;
  setting.stops_at = 50_ms;
  const Outcomes outcomes = play({client}, setting);
  CHECK(statuses(outcomes.talks[0].received) == "200 close");
  CHECK(outcomes.stopping < 1_s);
}

TEST_CASE(
    "SIGTERM in the middle of an answer is the end of its connection, though it was to be kept",
    "[httpd]") {
  Client client = silent();
  client.acts = {{{}, get("/long")}};
  client.read_bytes = 2'000'000;
  client.read_pause = 300_ms;
  Setting setting;
  setting.drain = setting.limits.idle = 100_s;
  setting.stops_at = 1_s;
  const Outcomes outcomes = play({client}, setting);
  CHECK(replies(outcomes.talks[0].received).at(0).body.size() == 20'000'000);
  CHECK(outcomes.talks[0].error == 0);
  CHECK(outcomes.talks[0].ended > 5_s);
  CHECK(outcomes.talks[0].ended < 30_s);
  CHECK(outcomes.stopping < outcomes.talks[0].ended - 1_s + 20_ms);
}

TEST_CASE("SIGTERM does not wait longer than the drain deadline", "[httpd]") {
  Client client = silent();
  client.acts = {{{}, get("/long")}};
  client.read_bytes = 10'000;
  client.read_pause = 1_s;
  Setting setting;
  setting.limits.write = 100_s;
  setting.drain = 4_s;
  setting.stops_at = 1_s;
  const Outcomes outcomes = play({client}, setting);
  CHECK(rounded(outcomes.stopping, 4_s) == to_string(4_s));
  CHECK(outcomes.talks[0].received.size() < 20'000'000);
}

}  // namespace
}  // namespace rill::httpd
