// read and write of the real-socket backends on descriptors that belong to the program.
//
// A descriptor is watched only while somebody waits on it: level-triggered and for the directions
// that are waited for, since other users of the open file may take what an edge told of. Several
// reads (or writes) on one descriptor are served in the order in which they came. The descriptor
// must stay open until then; the program closes it, never we.
#include <cerrno>

#include "net/posix/foreign_transfer.h"
#include "net/posix/posix_backend.h"

namespace rill {

void PosixBackend::start_transfer(FdOp& op) {
  if (op.fd < 0) return complete(op, -EBADF);
  if (op.size_bytes == 0) return complete(op, 0);
  const auto known = foreign_.find(op.fd);
  if (known != foreign_.end()) {
    const Descriptor& foreign = *table_.find(known->second);
    const bool has_queue =
        op.kind == OpKind::read ? foreign.reading != nullptr : foreign.writing != nullptr;
    if (has_queue) return wait_for_transfer(op);
  }
  const std::int64_t result = transfer(syscalls_, op);
  if (result != -EAGAIN) return complete(op, result);
  wait_for_transfer(op);
}

void PosixBackend::wait_for_transfer(FdOp& op) {
  Handle& handle = foreign_[op.fd];
  if (!handle) handle = table_.add(op.fd, Kind::foreign);
  Descriptor& foreign = *table_.find(handle);
  Op** end = op.kind == OpKind::read ? &foreign.reading : &foreign.writing;
  while (*end != nullptr) end = &(*end)->next;
  *end = &op;
  op.next = nullptr;
  ++parked_;
  if (const int error = update_foreign(handle); error != 0) {
    forget_transfer(op);
    --parked_;
    complete(op, -error);
  }
}

int PosixBackend::update_foreign(Handle handle) {
  Descriptor& foreign = *table_.find(handle);
  const std::uint32_t events = (foreign.reading != nullptr ? std::uint32_t{EPOLLIN} : 0) |
                               (foreign.writing != nullptr ? std::uint32_t{EPOLLOUT} : 0);
  const int error = watch_level(foreign, handle, events);
  if (events == 0) {
    foreign_.erase(foreign.fd);
    table_.remove(handle);
    return 0;
  }
  return error;
}

void PosixBackend::on_foreign_event(Handle handle, std::uint32_t events) {
  const auto serve = [&](Op*& queue) {
    while (queue != nullptr) {
      auto& op = static_cast<FdOp&>(*queue);
      const std::int64_t result = transfer(syscalls_, op);
      if (result == -EAGAIN) return;
      queue = op.next;
      --parked_;
      complete(op, result);
    }
  };
  Descriptor& foreign = *table_.find(handle);
  if ((events & ~std::uint32_t{EPOLLOUT}) != 0) serve(foreign.reading);
  if ((events & ~std::uint32_t{EPOLLIN}) != 0) serve(foreign.writing);
  if (const int error = update_foreign(handle); error != 0) {
    // The program has closed it under the waiting operations, most likely.
    for (Op** queue : {&foreign.reading, &foreign.writing}) {
      while (*queue != nullptr) {
        Op& op = **queue;
        *queue = op.next;
        --parked_;
        complete(op, -error);
      }
    }
    update_foreign(handle);
  }
}

void PosixBackend::forget_transfer(FdOp& op) {
  const Handle handle = foreign_.at(op.fd);
  Descriptor& foreign = *table_.find(handle);
  Op** place = op.kind == OpKind::read ? &foreign.reading : &foreign.writing;
  while (*place != &op) place = &(*place)->next;
  *place = op.next;
  // An error here is found again by whoever still waits; nobody does in most cases.
  static_cast<void>(update_foreign(handle));
}

}  // namespace rill
