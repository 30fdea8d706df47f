// What the real-socket backends share: everything of scheduler/backend.h except recv, send and how
// the kernel is waited for, which net/epoll and net/uring add.
//
// The system call is tried when an operation is submitted; only when the kernel says "not now" does
// the operation wait, as a pointer in its descriptor's record (descriptor_table.h). The kernel is
// told {slot, generation}, never an address, and for what is here it knows of readiness only: that
// is why cancel() is synchronous for free.
//
// The pieces: streams.h, streams.cc; listeners.cc accept and running out of descriptors;
// connecting.cc; foreign.cc read and write on the program's descriptors; signals_and_names.cc, with
// signal_watch.h and net/resolver.
#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/posix/descriptor_table.h"
#include "net/posix/signal_watch.h"
#include "net/posix/socket_address.h"
#include "net/posix/syscalls.h"
#include "net/resolver/resolver.h"
#include "scheduler/backend.h"
#include "scheduler/check.h"

namespace rill {

class PosixBackend : public Backend, private ResolverHost {
 public:
  void cancel(Op& op) override;
  void dispose(Op& op) override;
  Waited wait(Instant deadline) override;
  void detach() override;
  /// CLOCK_MONOTONIC, counted from the making of this backend.
  Instant now() override;
  /// CLOCK_REALTIME, as std::chrono::system_clock.
  WallTime wall_clock(HostId host) override;

  /// An IPv6 listener takes IPv6 only, also on "::" (IPV6_V6ONLY): an address then means the same
  /// in the simulator, and no peer is called "::ffff:10.0.0.1". Listen twice for both.
  /// SO_REUSEADDR is on: a port is free again at once after a restart; two listeners still clash.
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override;
  void close(Handle socket) override;
  void reset(Handle socket) override;
  int shutdown_write(Handle socket) override;
  Address local_address(Handle socket) override;
  Address peer_address(Handle socket) override;
  Handle connecting_socket(const ConnectOp& op) override {
    return DescriptorTable::to_handle(op.backend_word);
  }

 protected:
  using Kind = Descriptor::Kind;

  static constexpr Duration kNotAtAll = Duration(0);
  static constexpr Duration kForEver = Duration(Instant::never().ns);
  /// A turn stops taking what was received after so many bytes, and tells of the rest of what the
  /// kernel said in the next one: so it is still in the cache when the tasks get to it.
  static constexpr std::size_t kMostBytesATurn = std::size_t{64} << 10;
  /// The most that a recv without a buffer of its own takes at once. As much as a socket holds by
  /// default before the receive window closes (tcp(7), tcp_rmem: 128 KiB, half of it payload).
  static constexpr std::size_t kScratchBytes = std::size_t{64} << 10;
  /// From here on a copy costs more than the rest of a recv in the program.
  static constexpr std::size_t kLeastDirectBytes = std::size_t{4} << 10;
  static constexpr int kAcceptFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  static constexpr std::uint32_t kOver = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

  PosixBackend(const Syscalls& syscalls, ResolverOptions names);
  ~PosixBackend() override = default;
  /// Closes every socket that is still open. For the destructor of what derives: it asks release().
  void close_everything();

  // What derives tells the kernel, and hears from it. `events` are those of poll(2).

  /// Blocks for up to `limit`, and tells of what has happened by on_event() or complete().
  virtual void turn(Duration limit) = 0;
  /// Makes sure that on_event() tells when one of `events` has come since the kernel said "not now"
  /// (EPOLLERR and EPOLLHUP always). 0 or the errno.
  virtual int await_edge(Descriptor& descriptor, Handle handle, std::uint32_t events) = 0;
  /// From now on on_event() tells in each turn in which one of `events` is true; 0: never again.
  /// Not for sockets of ours. 0 or the errno.
  virtual int watch_level(Descriptor& descriptor, Handle handle, std::uint32_t events) = 0;
  /// The descriptor is about to be closed: when this returns, the kernel has let go of it and of
  /// the buffers of its operations. Those that have won the race are completed.
  virtual void release(Descriptor& descriptor, Handle handle) = 0;
  /// As accept4(2), which it is by default: what else has connections that the kernel accepted by
  /// itself gives these first.
  virtual int accept_now(Descriptor& listener, Handle handle, SocketAddress& peer);
  virtual void on_stream_event(Descriptor& socket, Handle handle, std::uint32_t events) = 0;

  /// submit() of what is no recv, send or send_file.
  void submit_other(Op& op);
  /// The connection that a recv, send or send_file is on. Null when it is none: `op` has ended.
  Descriptor* connection_of(Op& op) {
    Descriptor* const found = table_.find(op.on);
    if (found != nullptr && found->kind == Kind::connection) [[likely]]
      return found;
    complete(op, found == nullptr ? -EBADF : -EINVAL);
    return nullptr;
  }
  void on_event(Handle handle, std::uint32_t events);
  /// Leaves `op` in `place`, of `descriptor`, until the kernel has news. When the kernel cannot be
  /// asked for them, `op` ends with the error.
  void wait_for_edge(Descriptor& descriptor, Handle handle, Op*& place, Op& op,
                     std::uint32_t events) {
    const int error = await_edge(descriptor, handle, events);
    if (error == 0) {
      park(place, op);
    } else {
      complete(op, -error);
    }
  }
  void park(Op*& place, Op& op) {
    RILL_CHECK(place == nullptr, "one operation of each direction at a time for a socket");
    place = &op;
    ++parked_;
  }
  /// Takes out what waits in `place`: to try it again, or to end it.
  Op& unpark(Op*& place) {
    --parked_;
    return *std::exchange(place, nullptr);
  }

  void accept_one(Descriptor& listener, AcceptOp& op, Handle handle);

  // streams.h

  struct Received {
    std::int64_t result;  ///< how many bytes, or -errno
    bool is_short;        ///< some, and fewer than the kernel was asked for
  };
  /// recv(2), and send(2) or sendfile(2), tried now: how many bytes, or -errno.
  Received receive_now(Descriptor& socket, RecvOp& op);
  std::int64_t send_now(const Descriptor& socket, const Op& op);
  /// Room for as much as came now, and a little more: a recv that fills its room proves nothing,
  /// and costs another call that finds the socket empty.
  static void expect_next(Descriptor& socket, std::size_t asked_bytes, std::size_t got_bytes) {
    std::size_t next = 0;
    if (got_bytes >= kLeastDirectBytes) [[unlikely]] {
      next = got_bytes == asked_bytes ? 2 * got_bytes : got_bytes + got_bytes / 8;
    }
    socket.room_kib = static_cast<std::uint8_t>((std::min(next, kScratchBytes) + 1023) / 1024);
  }
  static int flags_of(const SendOp& op) { return MSG_NOSIGNAL | (op.more_follows ? MSG_MORE : 0); }
  static std::size_t size_bytes_of(const Op& op) {
    return op.kind == OpKind::send ? static_cast<const SendOp&>(op).size_bytes
                                   : static_cast<const SendFileOp&>(op).size_bytes;
  }

  const Syscalls& syscalls_;
  DescriptorTable table_;
  std::size_t received_bytes_ = 0;  ///< in this turn; turn() begins it

 private:
  void shut(Handle handle);

  // streams.cc
  Received receive_in_place(Descriptor& socket, RecvOp& op);
  std::int64_t send_file_now(const Descriptor& socket, const SendFileOp& op);

  // connecting.cc
  void start_connect(ConnectOp& op);
  void finish_connect(Descriptor& socket, Handle handle, std::uint32_t events);
  void end_connect(ConnectOp& op, Handle handle);

  // listeners.cc
  void starve(Descriptor& listener, AcceptOp& op, Handle handle);
  void feed_starved_listeners();

  // foreign.cc
  void start_transfer(FdOp& op);
  void wait_for_transfer(FdOp& op);
  void on_foreign_event(Handle handle, std::uint32_t events);
  void forget_transfer(FdOp& op);
  int update_foreign(Handle handle);

  // signals_and_names.cc
  void start_signal(SignalOp& op);
  void update_signals();
  void let_go_of_signals(Instant deadline);
  void on_signals();
  void watch(int fd, bool for_reading, bool for_writing) override;  // of ResolverHost
  void resolved(ResolveOp& op, std::int64_t result) override;       // of ResolverHost

  /// Where bytes arrive of which nobody knows how many. Not cleared: pages that were never needed
  /// are no memory.
  const std::unique_ptr<std::byte[]> scratch_{new std::byte[kScratchBytes]};
  std::uint64_t parked_ = 0;  ///< operations that wait for the kernel
  std::int64_t origin_ns_;
  Instant latest_;  ///< what now() gave last

  std::vector<Handle> starved_;
  Instant retry_at_;
  Duration retry_delay_;

  std::unordered_map<int, Handle> foreign_;
  SignalWatch signals_;
  unsigned looks_since_signal_ = 0;  ///< waits that did not block, since somebody left
  Handle signals_handle_;
  std::vector<Handle> resolver_sockets_;
  Resolver resolver_;
};

}  // namespace rill
