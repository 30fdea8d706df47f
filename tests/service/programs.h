// What the tests of whole servers share: how they are started - by hand, or as systemd does - and
// what is listened to meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/lessons/common/child.h"
#include "tests/testing/scratch_folder.h"

namespace rill::testing {

inline const std::string kEcho = "lessons/echo/echo";
inline const std::string kHttpd = "lessons/httpd/httpd";
inline const std::string kTouchy = "tests/service/touchy";  // touchy.cc

/// What serves: a backend, and so many workers on it.
struct Crew {
  std::string backend;
  std::string workers;
  /// What to type for `program` on real sockets, at `port`; 0: any.
  std::vector<std::string> run(const std::string& program,
                               const std::vector<std::string>& flags = {},
                               std::uint16_t port = 0) const;
  /// "2 on uring"
  std::string text() const { return workers + " on " + backend; }
};

/// One worker and two, on each backend that the kernel has.
std::vector<Crew> crews();

/// A folder to serve: /small, and /large with kLargeBytes that repeat nowhere.
class LargeSite {
 public:
  static constexpr std::size_t kLargeBytes = std::size_t{64} << 20;
  LargeSite();
  LargeSite(const LargeSite&) = delete;
  LargeSite& operator=(const LargeSite&) = delete;
  std::string path() const { return folder_.path.string(); }
  const std::string& large() const { return large_; }
  /// One for all test cases of a process.
  static const LargeSite& shared();

 private:
  ScratchFolder folder_;
  std::string large_;
};

/// A manager's end of sd_notify(3): an abstract datagram socket, gone with its scope.
class NotifyListener {
 public:
  NotifyListener();
  NotifyListener(const NotifyListener&) = delete;
  NotifyListener& operator=(const NotifyListener&) = delete;
  ~NotifyListener();
  /// For NOTIFY_SOCKET.
  const std::string& name() const { return name_; }
  /// The next message that comes within `patience_ms`; "" if none does.
  std::string heard(int patience_ms = Child::kPatienceMs) const;

 private:
  int fd_;
  std::string name_;
};

/// A TCP socket that listens on loopback and outlives the servers that it is passed to.
class SocketUnit {
 public:
  /// With `listens` false it is one that nobody should be passed.
  explicit SocketUnit(bool listens = true);
  SocketUnit(const SocketUnit&) = delete;
  SocketUnit& operator=(const SocketUnit&) = delete;
  ~SocketUnit();
  std::uint16_t port() const;
  /// `command` as systemd would start it: this socket as descriptor 3, and again as 4 ... if there
  /// are to be more.
  std::vector<std::string> pass_to(std::vector<std::string> command, int sockets = 1) const;

 private:
  int fd_;
};

/// `command` with variables such as "NAME=value" in its environment, and the process number that it
/// would have without.
std::vector<std::string> with_environment(std::vector<std::string> variables,
                                          const std::vector<std::string>& command);

/// An HTTP request of a client that keeps its connection.
std::string get_request(const std::string& target);
/// The answer's head, up to its empty line, read byte by byte.
std::string receive_head(Socket& socket);
/// Whether a connect is refused within Child::kPatienceMs.
bool becomes_refused(std::uint16_t port);

}  // namespace rill::testing
