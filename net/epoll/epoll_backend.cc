// The frame of the epoll backend: dispatch, waiting, closing. See epoll_backend.h.
#include "net/epoll/epoll_backend.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "net/epoll/socket_address.h"

namespace rill {
namespace {

std::int64_t ns_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

EpollBackend::EpollBackend(EpollOptions options)
    : syscalls_(*options.syscalls),
      poller_(syscalls_),
      origin_ns_(ns_of(CLOCK_MONOTONIC)),
      signals_(syscalls_),
      resolver_(*this, syscalls_, std::move(options.names)) {}

EpollBackend::~EpollBackend() {
  table_.for_each([this](Handle handle) {
    const Kind kind = table_.find(handle)->kind;
    if (kind == Kind::connection || kind == Kind::connecting || kind == Kind::listener) {
      shut(handle);
    }
  });
}

Instant EpollBackend::now() { return latest_ = Instant{ns_of(CLOCK_MONOTONIC) - origin_ns_}; }

WallTime EpollBackend::wall_clock(HostId) { return WallTime{ns_of(CLOCK_REALTIME)}; }

void EpollBackend::submit(Op& op) {
  switch (op.kind) {
    case OpKind::recv:
    case OpKind::send:
    case OpKind::send_file:
    case OpKind::accept: {
      Descriptor* const socket = table_.find(op.on);
      if (socket == nullptr) return complete(op, -EBADF);
      if ((socket->kind == Kind::listener) != (op.kind == OpKind::accept)) {
        return complete(op, -EINVAL);
      }
      if (op.kind == OpKind::recv) return start_receive(*socket, static_cast<RecvOp&>(op));
      if (op.kind != OpKind::accept) return start_transmit(*socket, op);
      return accept_one(*socket, static_cast<AcceptOp&>(op), op.on);
    }
    case OpKind::connect:
      return start_connect(static_cast<ConnectOp&>(op));
    case OpKind::resolve:
      ++parked_;
      return resolver_.start(static_cast<ResolveOp&>(op));
    case OpKind::read:
    case OpKind::write:
      return start_transfer(static_cast<FdOp&>(op));
    case OpKind::signal:
      return start_signal(static_cast<SignalOp&>(op));
  }
}

void EpollBackend::cancel(Op& op) {
  --parked_;  // what is in flight waits somewhere: see wait_for_edge()
  switch (op.kind) {
    case OpKind::recv:
    case OpKind::accept:
      table_.find(op.on)->reading = nullptr;
      break;
    case OpKind::send:
    case OpKind::send_file:
      table_.find(op.on)->writing = nullptr;
      break;
    case OpKind::connect: {
      const Handle handle = DescriptorTable::to_handle(op.backend_word);
      table_.find(handle)->writing = nullptr;
      shut(handle);
      break;
    }
    case OpKind::resolve:
      resolver_.cancel(static_cast<ResolveOp&>(op));
      break;
    case OpKind::read:
    case OpKind::write:
      forget_transfer(static_cast<FdOp&>(op));
      break;
    case OpKind::signal:
      signals_.remove(static_cast<SignalOp&>(op));
      break;
  }
  complete(op, -ECANCELED);
}

void EpollBackend::dispose(Op& op) {
  if (op.result < 0) return;
  if (op.kind == OpKind::accept) close(static_cast<AcceptOp&>(op).accepted);
  if (op.kind == OpKind::connect) close(static_cast<ConnectOp&>(op).connected);
}

void EpollBackend::detach() {
  if (signals_.needs_update()) update_signals();
  Backend::detach();
}

Waited EpollBackend::wait(Instant deadline) {
  if (signals_.needs_update()) update_signals();
  if (has_completed()) deadline = Instant{};
  if (deadline == Instant::never() && parked_ == 0) return Waited::idle;
  if (!starved_.empty()) deadline = std::min(deadline, retry_at_);
  Duration limit = Poller::kForEver;
  if (deadline <= latest_) {
    limit = Poller::kNotAtAll;  // without asking the clock
  } else if (deadline != Instant::never()) {
    limit = deadline - now();
  }
  if (resolver_.is_busy()) limit = std::min(limit, resolver_.time_left());
  for (const epoll_event& event : poller_.wait(limit)) on_event(event);
  if (!starved_.empty() && retry_at_ <= now()) feed_starved_listeners();
  if (resolver_.is_busy()) resolver_.on_time();
  return Waited::progress;
}

void EpollBackend::on_event(const epoll_event& event) {
  const Handle handle = DescriptorTable::to_handle(event.data.u64);
  Descriptor* const found = table_.find(handle);
  // An event that was on its way when its descriptor was closed. The number may be in use again,
  // the handle is not.
  if (found == nullptr) return;
  switch (found->kind) {
    case Kind::connection:
      return on_stream_event(*found, event.events);
    case Kind::connecting:
      return finish_connect(*found, handle, event.events);
    case Kind::listener:
      found->can_read = true;
      if (found->reading != nullptr && !found->is_starved) {
        accept_one(*found, static_cast<AcceptOp&>(unpark(found->reading)), handle);
      }
      return;
    case Kind::foreign:
      return on_foreign_event(handle, event.events);
    case Kind::signals:
      return on_signals();
    case Kind::name_resolver:
      return resolver_.on_ready(found->fd, (event.events & ~std::uint32_t{EPOLLOUT}) != 0,
                                (event.events & ~std::uint32_t{EPOLLIN}) != 0);
    case Kind::free:
      return;
  }
}

int EpollBackend::register_with_epoll(Descriptor& descriptor, Handle handle) {
  // From here on the kernel tells of every change; what is true already it tells at once.
  constexpr std::uint32_t kEverything = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
  const int error = poller_.add(descriptor.fd, kEverything, DescriptorTable::to_word(handle));
  descriptor.is_registered = error == 0;
  return error;
}

void EpollBackend::shut(Handle handle) {
  Descriptor& descriptor = *table_.find(handle);
  if (descriptor.reading != nullptr) complete(unpark(descriptor.reading), -ECANCELED);
  if (descriptor.writing != nullptr) complete(unpark(descriptor.writing), -ECANCELED);
  // A descriptor that a fork has copied would go on sending events after close(2): epoll(7), Q6.
  if (descriptor.is_registered) poller_.remove(descriptor.fd);
  syscalls_.close(descriptor.fd);  // EINTR or not, the number is free now (close(2), Linux)
  table_.remove(handle);
  retry_at_ = Instant{};  // a starved listener may take it at the next wait
}

void EpollBackend::close(Handle socket) {
  if (table_.find(socket) != nullptr) shut(socket);
}

void EpollBackend::reset(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  if (found == nullptr) return;
  constexpr linger kAbort = {.l_onoff = 1, .l_linger = 0};
  syscalls_.setsockopt(found->fd, SOL_SOCKET, SO_LINGER, &kAbort, sizeof kAbort);
  shut(socket);
}

int EpollBackend::shutdown_write(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  if (found == nullptr) return -EBADF;
  return syscalls_.shutdown(found->fd, SHUT_WR) == 0 ? 0 : -errno;
}

Address EpollBackend::local_address(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  SocketAddress address;
  if (found == nullptr ||
      syscalls_.getsockname(found->fd, address.get(), &address.size_bytes) != 0) {
    return {};
  }
  return address.address();
}

Address EpollBackend::peer_address(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  SocketAddress address;
  if (found == nullptr ||
      syscalls_.getpeername(found->fd, address.get(), &address.size_bytes) != 0) {
    return {};
  }
  return address.address();
}

}  // namespace rill
