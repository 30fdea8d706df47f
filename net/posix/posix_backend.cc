// The frame of the real-socket backends: dispatch, waiting, closing. See posix_backend.h.
#include "net/posix/posix_backend.h"

#include <ctime>

namespace rill {
namespace {

std::int64_t ns_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

PosixBackend::PosixBackend(const Syscalls& syscalls, ResolverOptions names)
    : syscalls_(syscalls),
      origin_ns_(ns_of(CLOCK_MONOTONIC)),
      signals_(syscalls_),
      resolver_(*this, syscalls_, std::move(names)) {}

void PosixBackend::close_everything() {
  resolver_.stop();
  table_.for_each([this](Handle handle) {
    const Kind kind = table_.find(handle)->kind;
    if (kind == Kind::connection || kind == Kind::connecting || kind == Kind::listener) {
      shut(handle);
    }
  });
}

Instant PosixBackend::now() { return latest_ = Instant{ns_of(CLOCK_MONOTONIC) - origin_ns_}; }

WallTime PosixBackend::wall_clock(HostId) { return WallTime{ns_of(CLOCK_REALTIME)}; }

void PosixBackend::submit_other(Op& op) {
  switch (op.kind) {
    case OpKind::recv:
    case OpKind::send:
    case OpKind::send_file:
      RILL_CHECK(false, "recv and send are the business of what derives");
    case OpKind::accept: {
      Descriptor* const listener = table_.find(op.on);
      if (listener == nullptr) return complete(op, -EBADF);
      if (listener->kind != Kind::listener) return complete(op, -EINVAL);
      return accept_one(*listener, static_cast<AcceptOp&>(op), op.on);
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

void PosixBackend::cancel(Op& op) {
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

void PosixBackend::dispose(Op& op) {
  if (op.result < 0) return;
  if (op.kind == OpKind::accept) close(static_cast<AcceptOp&>(op).accepted);
  if (op.kind == OpKind::connect) close(static_cast<ConnectOp&>(op).connected);
}

void PosixBackend::detach() {
  if (signals_.needs_update()) update_signals();
  Backend::detach();
}

Waited PosixBackend::wait(Instant deadline) {
  if (signals_.needs_update()) let_go_of_signals(has_completed() ? Instant{} : deadline);
  if (has_completed()) deadline = Instant{};
  if (deadline == Instant::never() && parked_ == 0) return Waited::idle;
  if (!starved_.empty()) deadline = std::min(deadline, retry_at_);
  Duration limit = kForEver;
  if (deadline <= latest_) {
    limit = kNotAtAll;  // without asking the clock
  } else if (deadline != Instant::never()) {
    limit = deadline - now();
  }
  if (resolver_.is_busy()) limit = std::min(limit, resolver_.time_left());
  turn(limit);
  if (!starved_.empty() && retry_at_ <= now()) feed_starved_listeners();
  if (resolver_.is_busy()) resolver_.on_time();
  return Waited::progress;
}

void PosixBackend::on_event(Handle handle, std::uint32_t events) {
  Descriptor* const found = table_.find(handle);
  // An event that was on its way when its descriptor was closed. The number may be in use again,
  // the handle is not.
  if (found == nullptr) return;
  switch (found->kind) {
    case Kind::connection:
      return on_stream_event(*found, handle, events);
    case Kind::connecting:
      return finish_connect(*found, handle, events);
    case Kind::listener:
      found->can_read = true;
      if (found->reading != nullptr && !found->is_starved) {
        accept_one(*found, static_cast<AcceptOp&>(unpark(found->reading)), handle);
      }
      return;
    case Kind::foreign:
      return on_foreign_event(handle, events);
    case Kind::signals:
      return on_signals();
    case Kind::name_resolver:
      return resolver_.on_ready(found->fd, (events & ~std::uint32_t{EPOLLOUT}) != 0,
                                (events & ~std::uint32_t{EPOLLIN}) != 0);
    case Kind::free:
      return;
  }
}

void PosixBackend::shut(Handle handle) {
  release(*table_.find(handle), handle);
  Descriptor& descriptor = *table_.find(handle);  // it may have moved
  if (descriptor.reading != nullptr) complete(unpark(descriptor.reading), -ECANCELED);
  if (descriptor.writing != nullptr) complete(unpark(descriptor.writing), -ECANCELED);
  syscalls_.close(descriptor.fd);  // EINTR or not, the number is free now (close(2), Linux)
  table_.remove(handle);
  retry_at_ = Instant{};  // a starved listener may take it at the next wait
}

void PosixBackend::close(Handle socket) {
  if (table_.find(socket) != nullptr) shut(socket);
}

void PosixBackend::reset(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  if (found == nullptr) return;
  constexpr linger kAbort = {.l_onoff = 1, .l_linger = 0};
  syscalls_.setsockopt(found->fd, SOL_SOCKET, SO_LINGER, &kAbort, sizeof kAbort);
  shut(socket);
}

int PosixBackend::shutdown_write(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  if (found == nullptr) return -EBADF;
  return syscalls_.shutdown(found->fd, SHUT_WR) == 0 ? 0 : -errno;
}

Address PosixBackend::local_address(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  SocketAddress address;
  if (found == nullptr ||
      syscalls_.getsockname(found->fd, address.get(), &address.size_bytes) != 0) {
    return {};
  }
  return address.address();
}

Address PosixBackend::peer_address(Handle socket) {
  const Descriptor* const found = table_.find(socket);
  SocketAddress address;
  if (found == nullptr ||
      syscalls_.getpeername(found->fd, address.get(), &address.size_bytes) != 0) {
    return {};
  }
  return address.address();
}

}  // namespace rill
