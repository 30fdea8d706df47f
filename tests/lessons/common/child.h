// Programs as a user runs them: a process of its own, what it printed, how it ended. For tests.
//
//   const Finished run = run_child({"lessons/echo/echo", "--seed", "x"});
//   CHECK(run.exit_code == 2);
//
//   Child server({"lessons/echo/echo", "--real", "--port", "0"});
//   const std::uint16_t port = server.listening_port();
//   server.signal(SIGTERM);
//   CHECK(server.finish().exit_code == 0);
//
// A child that does not end, or does not say what it should, within kPatience is killed; then its
// exit code is -SIGKILL. Nothing outlives its Child.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rill::testing {

struct Finished {
  int exit_code = 0;  ///< or minus the signal that ended it
  std::string out;
  std::string err;
};

class Child {
 public:
  static constexpr int kPatienceMs = 30'000;  // sanitizers on a busy machine

  /// `arguments` start with the program's path from the workspace's root.
  explicit Child(std::vector<std::string> arguments);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// The next line of its stdout, without the "\n"; what there is at its end or after kPatience.
  std::string read_line();
  /// The port of its first line, `listening on 127.0.0.1:PORT`; 0 if it says something else.
  std::uint16_t listening_port();
  void signal(int number);
  pid_t process() const { return process_; }
  /// Waits for its end. `out` is what read_line() has not taken.
  Finished finish();

 private:
  /// Reads once from either pipe. False at the end of both, or after kPatience.
  bool read_some();

  pid_t process_ = -1;
  int out_ = -1;
  int err_ = -1;
  Finished finished_;
};

inline Finished run_child(std::vector<std::string> arguments) {
  return Child(std::move(arguments)).finish();
}

/// A blocking TCP connection to loopback, with kPatience for each call.
class Socket {
 public:
  explicit Socket(std::uint16_t port);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  bool is_connected() const { return descriptor_ >= 0; }
  void send(const std::string& bytes);
  void end();
  /// Exactly so many bytes, or fewer at the end of the stream.
  std::string receive(std::size_t size_bytes);
  /// All that is still to come. Throws std::runtime_error if the end does not.
  std::string receive_all();

 private:
  int descriptor_ = -1;
};

}  // namespace rill::testing
