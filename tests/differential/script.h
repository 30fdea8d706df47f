// A socket script: operations as values, before it is known what they will meet.
//
// An operation names no socket, only a `pick`: the run takes the pick-th one that the operation can
// be applied to, and leaves the operation out if there is none (director.h). So every list of
// operations is a script, whatever a shrinker removes from it.
#pragma once

#include <cstdint>
#include <vector>

namespace rill::differential {

enum class Kind : std::uint8_t {
  listen,          ///< on a port that is free
  listen_busy,     ///< on the port of an open listener
  listen_again,    ///< on the port of a listener that was closed
  listen_foreign,  ///< on an address that is not ours
  connect,         ///< to an open listener
  connect_nobody,  ///< to a port where nobody listens
  connect_bare,    ///< with no descriptor left
  accept,          ///< if a connection waits
  accept_bare,     ///< with no descriptor left
  send,            ///< one call, `size` bytes
  fill,            ///< send until a send would wait
  recv,            ///< one call, at most `size` bytes
  drain,           ///< recv until a recv would wait, or the end, or an error
  start_accept,    ///< and let it wait
  start_send,      ///< and let it wait
  start_recv,      ///< and let it wait
  cancel,          ///< one of those that wait
  shutdown_write,
  close,  ///< or give up a connect that waits
  reset,  ///< SO_LINGER with time 0
  close_listener,
  addresses,  ///< of both ends of a connection
  recv_on_listener,
  send_on_listener,
  accept_on_end,
};
inline constexpr int kKinds = static_cast<int>(Kind::accept_on_end) + 1;

struct Operation {
  Kind kind{};
  std::uint8_t pick = 0;
  std::uint16_t size = 0;  ///< bytes; for listen, the backlog
};

/// What listeners are bound to, and clients connect to.
enum class Family : std::uint8_t {
  ipv4,  ///< 127.0.0.1
  ipv6,  ///< ::1
  dual,  ///< listeners at ::, clients by 127.0.0.1, whom servers see as ::ffff:127.0.0.1
};

struct Script {
  bool small_buffers = true;     ///< so that a writer blocks after 100 KB, not 4 MB
  std::uint8_t connections = 0;  ///< that exist before the first operation, over one listener
  Family family = Family::ipv4;
  std::vector<Operation> operations;
};

// ---- sockets by number -------------------------------------------------------------------------

// Connection c has the ends 2c (the client's) and 2c + 1 (the server's). A direction of a stream is
// named by the end that writes it.

inline constexpr int kListeners = 2;
inline constexpr int kConnections = 8;  // in one script
inline constexpr int kEnds = 2 * kConnections;
inline constexpr int kOpenAtOnce = 3;  // connections
inline constexpr int kNobody = -1;

constexpr int client_of(int connection) { return 2 * connection; }
constexpr int server_of(int connection) { return 2 * connection + 1; }
constexpr int peer_of(int end) { return end ^ 1; }

/// An operation that has found its socket: what is done in both worlds.
struct Step {
  Kind kind{};
  int on = kNobody;          ///< the end or the listener; connect: the listener
  int connection = kNobody;  ///< connect: which one it becomes; cancel: unused
  int size = 0;
};

// ---- what was seen -----------------------------------------------------------------------------

enum class Call : std::uint8_t {
  listen,
  connect,
  accept,
  send,
  fill,
  recv,
  drain,
  shutdown_write,
  addresses,
  misuse
};

/// What one call told its caller; the same words for the kernel and for the simulator.
struct Reply {
  Call call{};
  int on = kNobody;
  std::int64_t result = 0;  ///< as of the system call: >= 0, or -errno; -EAGAIN: it would wait
  std::int64_t bytes = 0;   ///< moved by fill and drain, whatever ended them
  bool is_right = true;     ///< the bytes are the stream's next; the addresses mirror each other
  bool is_complete = true;  ///< drain: all that was sent has come
  int who = kNobody;        ///< accept: the connection
  bool has_waited = false;  ///< it began in an earlier step
};

struct Scene {
  Step step;
  std::vector<Reply> replies;
};
using Transcript = std::vector<Scene>;

}  // namespace rill::differential
