// The backend by io_uring(7): net/posix, and recv and send as requests that the kernel finishes by
// itself.
//
// One system call for each turn of the loop hands over what all tasks have asked for, and brings
// what has come. A connection that waits for bytes has a multishot receive with the kernel, which
// lasts until the stream ends, and no buffer (receive_buffers.h). One on which a large message has
// come is watched from then on: the kernel tells that there is something, and it is received where
// it stays, which costs a system call and saves a copy. A listener that waits has an accept with
// the kernel (accepting.cc). Readiness - of connects, the program's descriptors - is asked for by
// one-shot polls on the same ring.
//
// Invariant: no request outlives its descriptor, and no send its buffer: cancel() and close() bring
// home what the kernel has before they return. So a completion with an unknown word is a forged
// one; it is dropped, since words are {slot, generation, what}, never addresses.
//
// After the end of a backend the kernel takes the ring apart, and has a last word with the thread
// that used it (io_ring_exit_work, which wakes it as a signal would). A blocking call of that
// thread just then, once, may end with EINTR where it would after a signal whose handler has
// SA_RESTART: with a timeout on the socket, for instance (signal(7)). No call of ours minds, in
// this backend or the next, but one: a receive that stands at urgent data just then finds nothing,
// whatever is behind it, and looks again when more comes (tcp_recvmsg_locked in net/ipv4/tcp.c). A
// program cannot prevent it: the kernel's record of the thread goes only with that word, or with
// the thread.
//
// Of a process that is killed, too: only then, some milliseconds after the process, does the kernel
// close the sockets on which the ring waits, and their ports are free (wait_for_port() in
// net/service).
//
// The pieces: kernel_ring.h; streams.cc recv and send, and the bytes that nobody asked for;
// accepting.cc; requests.cc what the kernel has of ours; the rest is net/posix.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/posix/posix_backend.h"
#include "net/uring/kernel_ring.h"
#include "net/uring/receive_buffers.h"

namespace rill {

struct UringOptions {
  const Syscalls* syscalls = &kernel_syscalls;       ///< must outlive the backend
  const RingCalls* ring_calls = &kernel_ring_calls;  ///< must outlive the backend
  ResolverOptions names;
};

class UringBackend final : public PosixBackend {
 public:
  /// How many received bytes that nobody has asked for a connection may hold; it is not received
  /// from beyond that, and TCP tells the peer to wait. What the kernel has taken by then comes on
  /// top: up to 32 buffers before it looks for a cancel (io_uring/net.c, MULTISHOT_MAX_RETRY).
  /// Once a message has filled a buffer, the connection is watched, and no more comes unasked.
  static constexpr std::size_t kMostUnreadBytes = std::size_t{64} << 10;
  /// What stands behind urgent data on a connection that is watched comes after so long, or twice
  /// that, if nothing new comes before (doubt() in streams.cc).
  static constexpr Duration kDoubt = milliseconds(100);

  /// Throws UringRefused.
  explicit UringBackend(UringOptions options = {});
  /// Closes every socket that is still open.
  ~UringBackend() override { close_everything(); }

  std::string_view name() const override { return "uring"; }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  int shutdown_write(Handle socket) override;

 private:
  /// A send of so many bytes is tried at once. As a request it would wait for the end of the turn,
  /// and meanwhile its bytes leave the cache; for fewer, a system call saved is worth more.
  static constexpr std::size_t kLeastSentAtOnceBytes = std::size_t{4} << 10;

  /// Which request a completion is of.
  enum class What : std::uint8_t { nothing, receive, send, poll, watch, accept };

  /// Received, asked for by nobody so far. The front goes by counting, not by moving the rest: a
  /// reader of small pieces would move the same bytes again and again.
  class Unread {
   public:
    std::string_view bytes() const { return std::string_view(bytes_).substr(taken_); }
    void append(std::string_view more) {
      if (taken_ > bytes_.size() / 2) bytes_.erase(0, std::exchange(taken_, 0));
      bytes_ += more;
    }
    void take(std::size_t size_bytes) { taken_ += size_bytes; }
    /// All of it, as a string of the caller's. Only while nothing was taken.
    std::string give_up() { return std::move(bytes_); }
    bool is_untouched() const { return taken_ == 0; }

   private:
    std::string bytes_;
    std::size_t taken_ = 0;  ///< from the front
  };

  /// What the kernel has of ours for one descriptor.
  struct Requests {
    std::unique_ptr<Unread> unread;  ///< null: nothing
    int error = 0;                   ///< errno of the stream, told to nobody
    std::uint32_t polled = 0;        ///< events that a poll waits for; 0: there is none
    std::uint32_t wanted = 0;        ///< events to poll for again after each that came
    bool is_receiving : 1 = false;
    bool is_stopping : 1 = false;  ///< the receive has been cancelled, and is not back yet
    bool is_watching : 1 = false;  ///< instead of receiving
    bool is_sending : 1 = false;
    bool is_accepting : 1 = false;
    bool is_in_doubt : 1 = false;  ///< whether the last recv stopped at urgent data
    bool is_leaving : 1 = false;   ///< all are being brought home: an event is no news any more
    bool has_any() const {
      return is_receiving || is_watching || is_sending || is_accepting || polled != 0;
    }
  };
  static_assert(sizeof(Requests) <= 24);  // of each idle connection, besides its Descriptor
  /// Of a listener that has waited: where an accept of the kernel's puts what came.
  struct Accepted {
    SocketAddress peer;
    int fd = -1;               ///< -1: nothing
    bool is_the_last = false;  ///< nothing was left behind it
  };
  struct Event {
    Handle handle;
    std::uint32_t events;
  };

  // streams.cc
  void start_receive(Descriptor& socket, RecvOp& op);
  void start_transmit(Descriptor& socket, Op& op);
  void receive(Descriptor& socket, RecvOp& op);
  void doubt(Handle handle);
  void end_doubts();
  void wait_for_bytes(Descriptor& socket, RecvOp& op);
  void transmit(Descriptor& socket, Op& op);
  void take_unread(Requests& requests, RecvOp& op);
  void on_received(Handle handle, std::int32_t result, std::uint32_t flags);
  void on_bytes(Descriptor& socket, Requests& requests, Handle handle, std::string_view bytes);
  void stop_receiving(Requests& requests, Handle handle);
  void on_sent(Handle handle, std::int32_t result);
  void complete_send(Op& op, std::int64_t result);
  void on_stream_event(Descriptor& socket, Handle handle, std::uint32_t events) override;

  // accepting.cc
  bool can_await_connection(const Descriptor& descriptor) const {
    return descriptor.kind == Kind::listener && !descriptor.may_be_shared && has_accept_;
  }
  int await_connection(const Descriptor& listener, Handle handle);
  int accept_now(Descriptor& listener, Handle handle, SocketAddress& peer) override;
  void on_accepted(Handle handle, std::int32_t result, std::uint32_t flags);
  void cancel_accept(Op& op);
  void release_accepted(Descriptor& listener, Handle handle);

  // requests.cc
  void turn(Duration limit) override;
  int await_edge(Descriptor& descriptor, Handle handle, std::uint32_t events) override;
  int watch_level(Descriptor& descriptor, Handle handle, std::uint32_t events) override;
  void release(Descriptor& descriptor, Handle handle) override;
  void take_completions(std::size_t most_received_bytes = SIZE_MAX);
  void tell_events();
  void on_polled(Handle handle, std::int32_t result);
  void on_watched(Handle handle, std::int32_t result, std::uint32_t flags);
  void poll(const Descriptor& descriptor, Handle handle, std::uint32_t events);
  void end_poll(Handle handle);
  void request_cancel(Handle handle, What what);
  /// Asks by `request` until `is_home()`. Once is not always enough: while the kernel itself tries
  /// a request again (poll(2) said ready, and send(2) not yet) it finds nothing to cancel.
  template <class Request, class Home>
  void bring_home(Request request, Home is_home) {
    constexpr int kQuickTries = 8;
    for (int tries = 0; !is_home(); ++tries) {
      request();
      tries < kQuickTries ? ring_.look() : ring_.turn(milliseconds(1));
      take_completions();
    }
  }
  Requests& requests_of(Handle handle);

  static std::uint64_t to_word(Handle handle, What what);
  static Handle to_handle(std::uint64_t word);
  static What what_of(std::uint64_t word);

  KernelRing ring_;
  ReceiveBuffers buffers_;
  std::vector<Requests> requests_;                        ///< by slot
  std::unordered_map<std::uint32_t, Accepted> accepted_;  ///< by slot; the kernel knows where
  bool has_accept_ = true;                                ///< the kernel; until it says otherwise
  std::vector<Handle> doubts_;                            ///< connections that are in doubt
  Instant doubts_end_;                                    ///< when they are asked
  std::vector<Event> events_;  ///< that have come, and were not told yet, in that order
};

}  // namespace rill
