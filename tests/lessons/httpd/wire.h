// Clients of httpd made of bytes: what they send is written out, and what comes back is compared.
// All of it on the simulated network, so that deadlines cost no time and every run is the same.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lessons/httpd/limits.h"
#include "lessons/httpd/service.h"
#include "lessons/httpd/site.h"
#include "net/http/request_parser.h"
#include "simnet/options.h"

namespace rill::httpd {

/// Waits, then sends.
struct Act {
  Duration wait;
  std::string bytes;
};

/// One client, on a host of its own unless it shares that of the one before.
struct Client {
  std::vector<Act> acts;
  /// Ends its side after the last act, as a program that has nothing more to ask. Otherwise it
  /// listens until the server ends its own.
  bool half_closes = true;
  /// Reads so much ...
  std::size_t read_bytes = 65536;
  /// ... and then waits so long, over and over.
  Duration read_pause = {};
  /// Reads nothing before that.
  Duration reads_from = {};
  /// Connects then.
  Duration arrives = {};
  bool shares_host = false;
};

/// What a client got to see.
struct Talk {
  std::string received;
  Duration ended;  ///< when the stream did, counted from the connection
  int error = 0;   ///< errno with which it broke; 0 for a proper end
};

struct Setting {
  Limits limits;
  Duration drain = seconds(10);
  simnet::NetworkOptions network;
  std::uint64_t seed = 1;
  bool random_order = false;  ///< of ready tasks, by the seed
  /// SIGTERM comes at that time; zero: when all clients are done.
  Duration stops_at = {};
  std::function<void(const Access&)> on_access;
  Metrics* metrics = nullptr;  ///< where the server counts
};

struct Outcomes {
  std::vector<Talk> talks;  ///< in the order of the clients
  Duration stopping;        ///< from SIGTERM to the end of the server
  Duration elapsed;
  std::string fingerprint;
};

/// Runs httpd on `site` with these clients. The Date is always Sun, 09 Sep 2001 01:46:40 GMT.
/// Fails the test case if sockets or frames are left over.
Outcomes run_clients(Site& site, const std::vector<Client>& clients, const Setting& setting = {});

/// One client that sends `bytes` at once.
Talk talk(Site& site, const std::string& bytes, const Setting& setting = {});

/// One answer.
struct Reply {
  int status = 0;
  std::map<std::string, std::string> fields;  ///< names in lower case
  std::string body;
  bool keep_alive = false;
};

/// The answers in `received` to requests with these methods ("G" GET and other, "H" HEAD, one
/// letter each; the last one counts for all that follow). Throws std::runtime_error if it is not
/// a row of complete responses and nothing else.
std::vector<Reply> replies(std::string_view received, std::string_view methods = "G");

/// Their statuses, "200 404 close": "close" if the last one says so.
std::string statuses(std::string_view received, std::string_view methods = "G");

/// "GET /path HTTP/1.1" with a Host and further lines.
std::string get(const std::string& target, const std::string& fields = "");

}  // namespace rill::httpd
