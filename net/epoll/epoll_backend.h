// The real-socket backend: every operation of scheduler/backend.h on non-blocking sockets and one
// epoll instance.
//
// The system call is tried when an operation is submitted; only when the kernel says "not now" does
// the operation wait, and the descriptor is registered then, once, edge-triggered, for both
// directions. So a connection that lives for one request never meets epoll at all. An operation
// that waits is a pointer in its descriptor's record, and the kernel knows nothing of it: that is
// why cancel() is synchronous for free.
//
// The pieces: streams.cc recv, send, connect; listeners.cc accept and running out of descriptors;
// foreign.cc read and write on the program's descriptors; signal_watch.h; net/resolver names.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/epoll/descriptor_table.h"
#include "net/epoll/poller.h"
#include "net/epoll/signal_watch.h"
#include "net/epoll/syscalls.h"
#include "net/resolver/resolver.h"
#include "scheduler/backend.h"
#include "scheduler/check.h"

namespace rill {

struct EpollOptions {
  const Syscalls* syscalls = &kernel_syscalls;  ///< must outlive the backend
  ResolverOptions names;
};

class EpollBackend final : public Backend, private ResolverHost {
 public:
  /// Throws std::system_error when the kernel gives no epoll instance.
  explicit EpollBackend(EpollOptions options = {});
  /// Closes every socket that is still open.
  ~EpollBackend() override;

  std::string_view name() const override { return "epoll"; }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override;
  /// Throws std::system_error only for what cannot happen (epoll_wait(2): EBADF, EFAULT, EINVAL).
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

 private:
  using Kind = Descriptor::Kind;

  // streams.cc
  void start_receive(Descriptor& socket, RecvOp& op);
  void receive(Descriptor& socket, RecvOp& op);
  void start_transmit(Descriptor& socket, Op& op);
  void transmit(Descriptor& socket, Op& op);
  ssize_t give(int fd, Op& op);
  void start_connect(ConnectOp& op);
  void finish_connect(Descriptor& socket, Handle handle, std::uint32_t events);
  void end_connect(ConnectOp& op, Handle handle);
  void on_stream_event(Descriptor& socket, std::uint32_t events);

  // listeners.cc
  void accept_one(Descriptor& listener, AcceptOp& op, Handle handle);
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
  void on_signals();
  void watch(int fd, bool for_reading, bool for_writing) override;  // of ResolverHost
  void resolved(ResolveOp& op, std::int64_t result) override;       // of ResolverHost

  void on_event(const epoll_event& event);
  /// Leaves `op` in `place`, of `descriptor`, until the kernel has news; registers it the first
  /// time. When that fails, `op` ends with the error.
  void wait_for_edge(Descriptor& descriptor, Handle handle, Op*& place, Op& op) {
    const int error = descriptor.is_registered ? 0 : register_with_epoll(descriptor, handle);
    if (error == 0) {
      park(place, op);
    } else {
      complete(op, -error);
    }
  }
  int register_with_epoll(Descriptor& descriptor, Handle handle);
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
  void shut(Handle handle);

  const Syscalls& syscalls_;
  Poller poller_;
  DescriptorTable table_;
  std::unique_ptr<std::byte[]> scratch_;  ///< where bytes arrive for which nobody holds a buffer
  std::uint64_t parked_ = 0;              ///< operations that wait for the kernel
  std::int64_t origin_ns_;
  Instant latest_;  ///< what now() gave last

  std::vector<Handle> starved_;
  Instant retry_at_;
  Duration retry_delay_;

  std::unordered_map<int, Handle> foreign_;
  SignalWatch signals_;
  Handle signals_handle_;
  std::vector<Handle> resolver_sockets_;
  Resolver resolver_;
};

}  // namespace rill
