// A simulated web server that does exactly what a test says, also what no server should: each
// target has a script of bytes, pauses, closes and resets. It writes down who asked for what.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/connection.h"
#include "net/listener.h"
#include "scheduler/task.h"
#include "scheduler/time.h"
#include "simnet/network.h"

namespace rill::testing {

/// One thing that the server does after it has read a request.
struct Step {
  enum class Kind : std::uint8_t { send, drip, pause, hang, close, reset };
  Kind kind;
  std::string bytes = {};
  Duration pause = {};
};
Step send(std::string bytes);
/// One byte, a pause, one byte, ...
Step drip(std::string bytes, Duration pause);
Step pause(Duration length);
/// Until the client gives up.
Step hang();
Step close();
Step reset();

/// After its last step the connection waits for the next request.
using Script = std::vector<Step>;

/// "HTTP/1.1 200 OK", the fields (each with its CR LF), and a Content-Length with the body.
std::string page(std::string_view body, std::string_view fields = "");
std::string redirect(std::string_view location);

class ScriptedOrigin {
 public:
  /// What it does when asked for `target`: the first time the first script, and so on; the last one
  /// again and again. A target without a script is answered with an empty 404.
  void on(std::string target, Script script) { scripts_[std::move(target)].push_back(script); }
  /// Listens on `port` of this host until killed.
  Task<> serve(std::uint16_t port);
  /// The same on real sockets, where tests take the port that they get.
  Task<> serve(Listener listener);
  /// One connection, for whoever has a server.
  Task<> answer(Connection connection) { return converse(std::move(connection)); }

  /// The targets of all requests, in order of arrival.
  const std::vector<std::string>& requests() const { return requests_; }
  std::size_t count(std::string_view target) const;
  std::size_t connections() const { return connections_; }
  /// The most requests that were being answered at a time.
  std::size_t most_in_flight() const { return most_in_flight_; }
  /// The bytes of the requests, as they came.
  const std::string& received() const { return received_; }

 private:
  Task<> converse(Connection connection);
  Task<bool> perform(Connection& connection, const Script& script);
  const Script& script_of(const std::string& target);

  std::map<std::string, std::vector<Script>> scripts_;
  std::vector<std::string> requests_;
  std::string received_;
  std::size_t connections_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;
};

inline constexpr const char* kSite = "site.test";

struct Simulation {
  std::uint64_t seed = 1;
  /// Random order of tasks, short reads and writes, steps that take time.
  bool is_rough = false;
  /// More hosts, names, links; host 1 is the site, host 2 the client.
  std::function<void(simnet::Network&)> prepare = {};
};

/// Runs `client` on a host of its own, 1 ms away from site.test:80 where the origin listens. When
/// it has ended, all sockets and frames must be gone. Gives back the time it took.
Duration simulate(ScriptedOrigin& origin, const Simulation& simulation,
                  const std::function<Task<>()>& client);

}  // namespace rill::testing
