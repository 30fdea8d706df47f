// What the tests of the simulated network are written in: operations of the backend, awaited bare,
// so that a result is the errno that Linux would give and nothing in between can soften it.
//
//   const Handle client = co_await Connecting(network.address(server, 7));
//   const Received got = co_await Receiving(client, 100);
//   CHECK(got.result == -ECONNRESET);
//
// Nothing here closes a socket by itself: what a test does not close, it leaks, and says so.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/api.h"
#include "scheduler/operation.h"
#include "simnet/network.h"
#include "tests/testing/testing.h"

namespace rill::simnet {

inline Backend& backend() { return Scheduler::current("backend()").backend(); }

struct Connected {
  std::int64_t result = 0;
  Handle socket;
};

class Connecting final : public Operation<ConnectOp> {
 public:
  explicit Connecting(const Address& to) { op_.to = to; }
  Connected await_resume() {
    const std::int64_t result = consume();
    return {result, op_.connected};
  }
  WaitReport report() const override { return {"connect", {}, false}; }
};

struct Accepted {
  std::int64_t result = 0;
  Handle socket;
  Address peer;
};

class Accepting final : public Operation<AcceptOp> {
 public:
  explicit Accepting(Handle listener) { op_.on = listener; }
  Accepted await_resume() {
    const std::int64_t result = consume();
    return {result, op_.accepted, op_.peer};
  }
  WaitReport report() const override { return {"accept", {}, true}; }
};

struct Received {
  std::int64_t result = 0;
  std::string bytes;
};

class Receiving final : public Operation<RecvOp> {
 public:
  Receiving(Handle socket, std::size_t most_bytes) {
    op_.on = socket;
    op_.text = &text_;
    op_.size_bytes = most_bytes;
  }
  Received await_resume() {
    const std::int64_t result = consume();
    return {result, text_};
  }
  WaitReport report() const override { return {"recv", {}, false}; }

 private:
  std::string text_;
};

class ReceivingInto final : public Operation<RecvOp> {
 public:
  ReceivingInto(Handle socket, char* to, std::size_t most_bytes) {
    op_.on = socket;
    op_.data = reinterpret_cast<std::byte*>(to);
    op_.size_bytes = most_bytes;
  }
  std::int64_t await_resume() { return consume(); }
  WaitReport report() const override { return {"recv", {}, false}; }
};

class Sending final : public Operation<SendOp> {
 public:
  Sending(Handle socket, std::string_view bytes) {
    op_.on = socket;
    op_.data = reinterpret_cast<const std::byte*>(bytes.data());
    op_.size_bytes = bytes.size();
  }
  std::int64_t await_resume() { return consume(); }
  WaitReport report() const override { return {"send", {}, false}; }
};

struct Resolved {
  std::int64_t result = 0;
  std::vector<Address> addresses;
};

class Resolving final : public Operation<ResolveOp> {
 public:
  Resolving(std::string name, std::uint16_t port) {
    op_.name = std::move(name);
    op_.port = port;
  }
  Resolved await_resume() {
    const std::int64_t result = consume();
    return {result, op_.addresses};
  }
  WaitReport report() const override { return {"resolve", {}, false}; }
};

class Signalled final : public Operation<SignalOp> {
 public:
  explicit Signalled(std::uint64_t mask) { op_.mask = mask; }
  std::int64_t await_resume() { return consume(); }
  WaitReport report() const override { return {"signal", {}, true}; }
};

/// Closes a socket at the end of its scope, also when that comes by kill.
struct Closing {
  explicit Closing(Handle handle) : socket(handle) {}
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  ~Closing() { backend().close(socket); }
  Handle socket;
};

/// Both ends of a connection, and the hosts they are on.
struct Ends {
  HostId client_host = 0;
  HostId server_host = 0;
  Handle listener;
  Handle client;
  Handle server;

  void close_all() const {
    for (const Handle handle : {listener, client, server}) backend().close(handle);
  }
};

constexpr std::uint16_t kPort = 7;

/// Listens on `host`, port 7, every address of IPv4; fails the test if it cannot.
Handle listen_on(HostId host, int backlog = 1024);
/// Connects and accepts, from a running task on any host.
Task<Ends> connect_ends(HostId client_host, HostId server_host);
/// connect, from a task on `host`.
Task<Connected> connect_from(HostId host, Address to);
/// All of `bytes`; the last result, which is negative if it failed.
Task<std::int64_t> send_all(Handle socket, std::string_view bytes);
/// Until the end of the stream, or an error, or `most_bytes`.
Task<Received> receive_all(Handle socket, std::size_t most_bytes = SIZE_MAX);
/// Bytes that differ at every position, so that a swap or a loss shows.
std::string pattern(std::size_t size_bytes);

/// Two hosts, "client" (1) and "server" (2), 1 ms apart, and a run on them.
struct Pair {
  explicit Pair(const NetworkOptions& options = {}) : network(options) {
    client = network.add_host("client");
    server = network.add_host("server");
  }
  /// Runs `body`; afterwards no socket may be open, and none left after another ten minutes.
  void run(Task<> body, Oracle* oracle = nullptr, TraceSink* sink = nullptr);
  /// Since the network began.
  Duration elapsed() { return network.now() - Instant(); }

  Network network;
  HostId client;
  HostId server;
  RunReport report;
};

}  // namespace rill::simnet
