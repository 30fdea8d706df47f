// The seam of Rill: what a scheduler asks of the world, and nothing else.
//
// A backend is real sockets (net/epoll, net/uring), or the simulated network (simnet/). It is
// completion-based: an operation is submitted, and later handed back exactly once with its result.
// Completion rather than readiness, because epoll and the simulator emulate completion at no cost,
// io_uring cannot emulate readiness well, and a simulator of readiness would model the wrong thing.
//
// Rules that every backend keeps, checked by tests/conformance on each of them:
//  1. Exactly one completion for each submitted operation, cancelled or not.
//  2. cancel() is synchronous: when it returns, the completion has been handed back - with
//     -ECANCELED, or with the real result if that won the race. From then on the backend does not
//     touch the operation or its buffer. (So a frame can be destroyed at once, with no half-dead
//     state.)
//  3. A result that nobody will read is given to dispose(): an accepted socket is closed, ...
//  4. wait() is the only call that blocks. Nothing here resumes a coroutine.
//  5. At most one recv and one send (or send_file) are in flight for each socket, one accept for
//     each listener.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/address.h"
#include "scheduler/ids.h"
#include "scheduler/run_context.h"
#include "scheduler/time.h"

namespace rill {

class Scheduler;
struct TaskControl;

/// A socket or listener of one backend. Weak: a handle that has been closed is refused with EBADF,
/// never confused with its successor.
struct Handle {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  ///< 0: no socket
  explicit operator bool() const { return generation != 0; }
  friend bool operator==(Handle, Handle) = default;
};

enum class OpKind : std::uint8_t {
  accept,
  connect,
  recv,
  send,
  resolve,
  read,
  write,
  signal,
  send_file,
};

/// "accept", "connect", ...: for messages and traces.
std::string_view to_string(OpKind kind);

struct Op;

/// Takes completions where no task is to be woken by them directly: a layer between a connection
/// and its socket, such as TLS. For the scheduler and for reports; no backend calls take().
class Completer {
 public:
  /// `op`, which has this as its `completer`, has been handed back.
  virtual void take(Op& op) = 0;
  /// For whom `op` is in flight.
  virtual TaskControl* beneficiary(const Op& op) const = 0;

 protected:
  ~Completer() = default;
};

/// An operation. It lives in the awaiter, so inside a coroutine frame: submitting allocates
/// nothing. Errors are negative errno values of Linux, on every backend.
struct Op {
  enum class State : std::uint8_t { idle, in_flight, completed };

  explicit Op(OpKind k) : kind(k) {}
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;

  OpKind kind;
  State state = State::idle;
  HostId host = 0;                 ///< the caller's
  Handle on;                       ///< accept, recv, send, send_file: the socket
  std::int64_t result = 0;         ///< >= 0: bytes moved, or 0 for success; < 0: -errno
  TaskControl* task = nullptr;     ///< whom to wake; the backend only hands it on
  Op* next = nullptr;              ///< the scheduler's list of completions
  std::uint64_t backend_word = 0;  ///< for the backend's own use while in flight
  Completer* completer = nullptr;  ///< who takes it if `task` is null
};

/// recv: up to `size_bytes` bytes. Result 0 means end of stream.
struct RecvOp : Op {
  RecvOp() : Op(OpKind::recv) {}
  std::byte* data = nullptr;    ///< where to; null: append to *text when the bytes are there,
  std::string* text = nullptr;  ///< so that a connection that only waits holds no buffer
  std::size_t size_bytes = 0;
  /// What the caller looks at first when it goes on: a hint for a backend that fetches memory into
  /// the cache ahead of time. Null: nothing.
  const void* caller_state = nullptr;
};

/// send: 1 to `size_bytes` bytes are taken (may be short); 0 only if asked for 0.
struct SendOp : Op {
  SendOp() : Op(OpKind::send) {}
  const std::byte* data = nullptr;
  std::size_t size_bytes = 0;
  /// For the scheduler, not for backends: submit the rest again until all is taken, then wake the
  /// task with the total. So sendall needs no frame and no step of its own for each piece.
  bool all = false;
  std::size_t sent_bytes = 0;  ///< so far, when `all`
  /// More is sent at once after this: a backend may hold back what does not fill a packet
  /// (MSG_MORE, send(2)).
  bool more_follows = false;
};

/// send_file: like send, but the bytes come from a regular file, without passing through memory of
/// the program. Result 0: the file ends at `offset`, or before. The descriptor's own position is
/// neither used nor moved. The simulator answers -ENOSYS, as for FdOp.
struct SendFileOp : Op {
  SendFileOp() : Op(OpKind::send_file) {}
  int fd = -1;
  std::uint64_t offset = 0;
  std::size_t size_bytes = 0;
  bool all = false;  ///< as in SendOp; ends early, with the total so far, where the file does
  std::size_t sent_bytes = 0;
};

struct AcceptOp : Op {
  AcceptOp() : Op(OpKind::accept) {}
  Handle accepted;
  Address peer;
};

struct ConnectOp : Op {
  ConnectOp() : Op(OpKind::connect) {}
  Address to;
  Handle connected;
};

/// resolve: a name to addresses (port filled in), in the order in which to try them. Literals too.
/// Errors: -ENOENT no such name, -EAGAIN the name server did not answer.
struct ResolveOp : Op {
  ResolveOp() : Op(OpKind::resolve) {}
  std::string name;
  std::uint16_t port = 0;
  std::vector<Address> addresses;
};

/// read / write on a file descriptor of the operating system: pipes, terminals, files.
/// The simulator answers -ENOSYS: a simulated program has no operating system.
struct FdOp : Op {
  explicit FdOp(OpKind k) : Op(k) {}
  int fd = -1;
  std::byte* data = nullptr;
  std::size_t size_bytes = 0;
};

/// Completes when any signal of `mask` arrives (SIGTERM, ...); the result is its number. Everybody
/// who waits for a signal gets it. Errors: -EINVAL for a signal that cannot be waited for (SIGKILL,
/// SIGSTOP, none at all). The simulator raises signals by scenario.
struct SignalOp : Op {
  SignalOp() : Op(OpKind::signal) {}
  std::uint64_t mask = 0;  ///< bit (number - 1) for each signal, as in the kernel's own sets
};

struct ListenOptions {
  /// Connections that may wait for accept (listen(2)); the system grants net.core.somaxconn at
  /// most, 4096 since Linux 5.4. Who comes when it is full tries again after a second.
  int backlog = 4096;
  bool reuse_port = false;  ///< several listeners share the port (socket(7), SO_REUSEPORT)
  /// A TCP socket that listens already, made fit by net/service (listen_shared() or
  /// prepare_inherited()): the backend takes it over instead of opening one, and closes it. The
  /// address and the other options then say nothing. Not in the simulator (ENOSYS). -1: none.
  int inherited_fd = -1;
};

struct Listened {
  Handle handle;
  Address bound;  ///< with the port that was chosen when 0 was asked for
  int error = 0;  ///< errno; 0 for success
};

/// What wait() found.
enum class Waited : std::uint8_t {
  progress,  ///< something completed, or the deadline or a signal ended the wait: look again
  idle,      ///< nothing is in flight that could ever complete. Only for the deadline never():
             ///< with any other, the deadline itself is progress
};

class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  /// "epoll", "sim", ...
  virtual std::string_view name() const = 0;
  /// Whether everything that happens here follows from the program and its oracle. Then every run
  /// is fingerprinted.
  virtual bool is_simulated() const { return false; }

  /// Starts `op`. It must stay where it is until it has been handed back. It may complete within
  /// this call; it is handed back through take_completed() all the same. Does not throw: an error
  /// is a result.
  virtual void submit(Op& op) = 0;
  /// Ends `op` now (rule 2). Only for operations in flight.
  virtual void cancel(Op& op) = 0;
  /// Gives back the result of a completed operation that nobody will read (rule 3). Received bytes
  /// are the caller's business: they were copied out.
  virtual void dispose(Op& op) = 0;
  /// Blocks until something completes or `deadline` has come. Real time or simulated time.
  virtual Waited wait(Instant deadline) = 0;
  /// Now, on this backend's clock. Never runs backwards.
  virtual Instant now() = 0;
  /// What the wall clock of `host` shows, for what is shown to people and peers, such as a Date. It
  /// may jump, also backwards. By default: as if the backend had begun to count in 1970.
  virtual WallTime wall_clock(HostId host) { return static_cast<void>(host), WallTime{now().ns}; }

  /// Whether randomness, too, is part of what this backend answers: then whatever needs some -
  /// keys, nonces - draws it here, and nowhere else. If not, the operating system is asked.
  /// A backend with real sockets must not have a generator of its own: what draws from it could be
  /// foretold. It says no, or hands on what the operating system gave (RecordingBackend).
  virtual bool has_randomness() const { return false; }
  /// Fills `to` for something that runs on `host`. Only if has_randomness().
  virtual void draw_random(HostId host, std::span<std::byte> to) {
    static_cast<void>(host), static_cast<void>(to);
  }

  /// Binds and listens. Never suspends.
  virtual Listened listen(HostId host, const Address& at, const ListenOptions& options) = 0;
  /// Closes a socket or listener. Operations in flight on it complete with -ECANCELED first.
  /// As close(2) does: unread input at close makes the peer see a reset.
  virtual void close(Handle socket) = 0;
  /// Closes with a reset (RST), whatever is queued (SO_LINGER with time 0, socket(7)).
  virtual void reset(Handle socket) = 0;
  /// Ends our direction of the stream after what was sent (FIN). Returns 0 or -errno.
  virtual int shutdown_write(Handle socket) = 0;
  virtual Address local_address(Handle socket) = 0;
  virtual Address peer_address(Handle socket) = 0;
  /// For traces: the socket of a connect that is in flight, so that its local address can be asked
  /// for. None: not known before it has completed.
  virtual Handle connecting_socket(const ConnectOp& op) { return static_cast<void>(op), Handle(); }
  /// For reports: who waits in a recv or send at the other end of this connection. 0: nobody, or
  /// the other end is not of this backend's world.
  virtual TaskId task_at_other_end(Handle socket) { return static_cast<void>(socket), 0; }

  /// Called once at the start of each run, before anything else.
  virtual void attach(RunContext& context) { context_ = &context; }
  /// Called once at the end of each run, after everything else. From now on nobody hears of what
  /// happens: closing a socket that outlived the run is legal.
  virtual void detach() { context_ = &no_run_; }
  /// How many task steps may pass between two calls of wait() while tasks are ready. A small number
  /// polls often; the simulator asks for 1 when steps take simulated time.
  virtual std::uint32_t steps_between_waits() const { return 64; }
  /// Called after each step, if steps_between_waits() is 1. `task` ran.
  virtual void step_ended(const TaskControl& task) { static_cast<void>(task); }

  /// Called when RunContext::wants_safe_point is set, as soon as no task runs: after the step in
  /// which it was set, or after wait(). What a backend does to tasks - ending, holding, starting
  /// those of a host - it does here, by calls of `scheduler`.
  virtual void at_safe_point(Scheduler& scheduler) { static_cast<void>(scheduler); }
  /// Whether it will ask for a safe point by itself, in some later wait(): then a run is not
  /// hopeless, though nobody waits for an operation.
  virtual bool has_plans() const { return false; }

  /// The next completed operation in order of completion, or null.
  Op* take_completed() {
    Op* op = completed_;
    if (op != nullptr) {
      completed_ = op->next;
      if (completed_ == nullptr) completed_end_ = &completed_;
    }
    return op;
  }
  bool has_completed() const { return completed_ != nullptr; }

 protected:
  /// Hands `op` back with `result`. The only way in which an operation ends.
  void complete(Op& op, std::int64_t result) {
    op.result = result;
    op.state = Op::State::completed;
    op.next = nullptr;
    *completed_end_ = &op;
    completed_end_ = &op.next;
  }

  RunContext* context_ = &no_run_;  ///< never null

 private:
  friend class Scheduler;

  RunContext no_run_;    // between runs: no trace, no choices
  bool in_run_ = false;  // the scheduler's mark: one run at a time
  Op* completed_ = nullptr;
  Op** completed_end_ = &completed_;
};

}  // namespace rill
