// Names to addresses on the epoll backend, against a name server of our own on the loopback.
#include <algorithm>
#include <memory>

#include "tests/real/name_server.h"
#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

NameServer::Entry with(std::initializer_list<const char*> literals) {
  NameServer::Entry entry;
  for (const char* literal : literals) entry.addresses.push_back(*Address::parse(literal));
  return entry;
}

std::map<std::string, NameServer::Entry> table() {
  std::map<std::string, NameServer::Entry> names;
  names["one.example"] = with({"192.0.2.7"});
  names["both.example"] = with({"127.0.0.1", "::1"});
  names["six.example"] = with({"2001:db8::1"});
  names["many.example"] = with({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  names["empty.example"] = {};
  names["broken.example"].error_code = 2;
  names["silent.example"].is_silent = true;
  return names;
}

EpollOptions asking(const std::string& servers) {
  return {.syscalls = &kFaultySyscalls,
          .names = {.servers = servers, .timeout = milliseconds(100), .tries = 2}};
}

struct Lookup {
  explicit Lookup(std::string name, std::uint16_t port = 80) {
    op.name = std::move(name);
    op.port = port;
  }
  std::string text() const {
    if (op.result < 0) return error_text(static_cast<int>(-op.result));
    std::string all;
    for (const Address& address : op.addresses) {
      all += (all.empty() ? "" : " ") + to_string(address);
    }
    return all;
  }
  ResolveOp op;
};

std::string resolve(Workbench& bench, const std::string& name, std::uint16_t port = 80) {
  Lookup lookup(name, port);
  bench.result(lookup.op);
  return lookup.text();
}

RILL_ON_EACH("Literals are answered within submit, without a name server") {
  Workbench bench(asking("127.0.0.1:1"));
  for (const char* literal : {"10.1.2.3", "2001:db8::7", "[::1]"}) {
    Lookup lookup(literal, 8080);
    bench.start(lookup.op);
    CHECK(lookup.op.state == Op::State::completed);
    CHECK(lookup.text() == to_string(*Address::parse(literal, 8080)));
  }
  CHECK(call_log.count(Call::socket) == 0);
}

RILL_ON_EACH("localhost is answered within submit, from /etc/hosts") {
  Workbench bench(asking("127.0.0.1:1"));
  Lookup lookup("localhost", 4915);
  bench.start(lookup.op);
  CHECK(lookup.op.state == Op::State::completed);
  CHECK_THAT(lookup.text(), contains("127.0.0.1:4915"));
}

RILL_ON_EACH("A name is asked of the name server, for IPv4 and IPv6") {
  NameServer server(table());
  Workbench bench(asking(server.address()));
  Lookup lookup("one.example", 443);
  bench.start(lookup.op);
  CHECK(lookup.op.state == Op::State::in_flight);
  REQUIRE(bench.ends(lookup.op));
  CHECK(lookup.text() == "192.0.2.7:443");
  CHECK(server.questions() == 2);
  CHECK(resolve(bench, "six.example") == "[2001:db8::1]:80");
  const std::string both = resolve(bench, "both.example");
  CHECK_THAT(both, contains("127.0.0.1:80"));
  CHECK_THAT(both, contains("[::1]:80"));
  CHECK(std::count(both.begin(), both.end(), ' ') == 1);
  const std::string many = resolve(bench, "many.example");
  for (const char* one : {"192.0.2.1:80", "192.0.2.2:80", "192.0.2.3:80"}) {
    CHECK_THAT(many, contains(one));
  }
}

thread_local int socket_type = 0;

RILL_ON_EACH("The resolver's sockets never block the loop, and are closed on exec") {
  NameServer server(table());
  Syscalls syscalls = kFaultySyscalls;
  syscalls.socket = [](int domain, int type, int protocol) {
    socket_type = type;
    return ::socket(domain, type, protocol);
  };
  EpollOptions options = asking(server.address());
  options.syscalls = &syscalls;
  Workbench bench(options);
  CHECK(resolve(bench, "one.example") == "192.0.2.7:80");
  CHECK((socket_type & SOCK_NONBLOCK) != 0);
  CHECK((socket_type & SOCK_CLOEXEC) != 0);
}

RILL_ON_EACH("No such name, a name without addresses and an impossible name give ENOENT") {
  NameServer server(table());
  Workbench bench(asking(server.address()));
  CHECK(resolve(bench, "nobody.example") == error_text(ENOENT));
  CHECK(resolve(bench, "empty.example") == error_text(ENOENT));
  for (const std::string& name :
       {std::string(), std::string("a\0b.example", 11), std::string(300, 'a'), std::string("a..b"),
        std::string(70, 'a') + ".example"}) {
    CHECK(resolve(bench, name) == error_text(ENOENT));
  }
}

RILL_ON_EACH("A name server that fails, or does not answer, gives EAGAIN") {
  NameServer server(table());
  Workbench bench(asking(server.address()));
  CHECK(resolve(bench, "broken.example") == error_text(EAGAIN));
  const Instant before = bench.backend.now();
  CHECK(resolve(bench, "silent.example") == error_text(EAGAIN));
  CHECK(bench.backend.now() - before >= milliseconds(100));
  CHECK(bench.backend.now() - before < seconds(5));
  Workbench nobody(asking("127.0.0.1:1"));
  CHECK(resolve(nobody, "one.example") == error_text(EAGAIN));
}

RILL_ON_EACH("While a name server is silent the loop goes on") {
  NameServer server(table());
  Workbench bench(asking(server.address()));
  auto [socket, peer] = bench.connected();
  Lookup lookup("silent.example");
  bench.start(lookup.op);
  for (int i = 0; i < 5; ++i) {
    peer.send("ping");
    CHECK(bench.recv(socket) == "ping");
    bench.send(socket, "pong");
    CHECK(peer.recv() == "pong");
  }
  CHECK(lookup.op.state == Op::State::in_flight);
  bench.cancel(lookup.op);
}

RILL_ON_EACH("A cancelled lookup is back at once, and its answer reaches nobody") {
  NameServer server(table());
  Workbench bench(asking(server.address()));
  {
    auto lookup = std::make_unique<Lookup>("one.example");
    bench.start(lookup->op);
    bench.cancel(lookup->op);
    CHECK(lookup->op.result == -ECANCELED);
    CHECK(lookup->op.addresses.empty());
  }
  CHECK(bench.backend.wait(Instant::never()) == Waited::idle);
  bench.turn(milliseconds(50));
  CHECK(resolve(bench, "one.example") == "192.0.2.7:80");
}

RILL_ON_EACH("A backend may end while a cancelled question is on its way") {
  NameServer server(table());
  const int descriptors = open_descriptors();
  {
    Workbench bench(asking(server.address()));
    Lookup lookup("silent.example");
    bench.start(lookup.op);
    bench.cancel(lookup.op);
  }
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_EACH("Many lookups at once are all answered, with few descriptors") {
  NameServer server(table());
  const int descriptors = open_descriptors();
  Workbench bench(asking(server.address()));
  std::vector<std::unique_ptr<Lookup>> lookups;
  for (int i = 0; i < 100; ++i) {
    lookups.push_back(std::make_unique<Lookup>(i % 2 == 0 ? "one.example" : "nobody.example"));
    bench.start(lookups.back()->op);
  }
  CHECK(open_descriptors() < descriptors + 20);
  for (std::size_t i = 0; i < lookups.size(); ++i) {
    REQUIRE(bench.ends(lookups[i]->op));
    CHECK(lookups[i]->text() == (i % 2 == 0 ? "192.0.2.7:80" : error_text(ENOENT)));
  }
  CHECK(open_descriptors() == descriptors + 1);  // the epoll instance
}

RILL_ON_EACH("Every system call of a lookup may fail: it ends with an error or an answer") {
  NameServer server(table());
  const int descriptors = open_descriptors();
  for (const Call call : {Call::socket, Call::connect, Call::sendmsg, Call::recvfrom,
                          Call::epoll_ctl, Call::epoll_pwait2, Call::close}) {
    for (int nth = 1; nth <= 3; ++nth) {
      for (const int error : {EINTR, EMFILE, ENOMEM, EAGAIN, ECONNREFUSED}) {
        if (call == Call::epoll_pwait2 && error != EINTR) continue;
        Workbench bench(asking(server.address()));
        call_log.fail(call, nth, error);
        const std::string answer = resolve(bench, "one.example");
        CAPTURE(kCallNames[static_cast<std::size_t>(call)], nth, error, answer);
        // ENOENT: the question for IPv4 was lost, and the answer for IPv6 is "none".
        CHECK((answer == "192.0.2.7:80" || answer == error_text(EAGAIN) ||
               answer == error_text(ENOMEM) || answer == error_text(ENOENT)));
      }
    }
  }
  CHECK(open_descriptors() == descriptors);
}

}  // namespace
}  // namespace rill::testing
