// The backend by epoll(7): net/posix, and recv and send that try the system call first.
//
// A descriptor is registered only when an operation has to wait: once, edge-triggered, for both
// directions. So a connection that lives for one request never meets epoll at all. An operation
// that waits is a pointer in its descriptor's record, and the kernel knows nothing of it.
//
// Events may be told of a turn or more after the kernel gave them. Nothing rests on their being
// fresh: one for a descriptor that has gone meanwhile carries a handle that is refused, and any
// other is an invitation to try.
//
// The pieces: streams.cc recv, send and the loop's turn; poller.h the epoll instance; the rest is
// net/posix.
#pragma once

#include <span>

#include "net/epoll/poller.h"
#include "net/posix/posix_backend.h"

namespace rill {

struct EpollOptions {
  const Syscalls* syscalls = &kernel_syscalls;  ///< must outlive the backend
  ResolverOptions names;
};

class EpollBackend final : public PosixBackend {
 public:
  /// Throws std::system_error when the kernel gives no epoll instance.
  explicit EpollBackend(EpollOptions options = {});
  /// Closes every socket that is still open.
  ~EpollBackend() override { close_everything(); }

  std::string_view name() const override { return "epoll"; }
  void submit(Op& op) override;

 private:
  // streams.cc
  void start_receive(Descriptor& socket, RecvOp& op);
  void receive(Descriptor& socket, RecvOp& op);
  void transmit(Descriptor& socket, Op& op);
  void hear(Descriptor& socket, std::uint32_t events);
  void on_stream_event(Descriptor& socket, Handle handle, std::uint32_t events) override;
  void turn(Duration limit) override;

  int await_edge(Descriptor& descriptor, Handle handle, std::uint32_t events) override;
  int watch_level(Descriptor& descriptor, Handle handle, std::uint32_t events) override;
  void release(Descriptor& descriptor, Handle handle) override;

  Poller poller_;
  std::span<const epoll_event> untold_;  ///< of the last wait
};

}  // namespace rill
