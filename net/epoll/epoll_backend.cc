// What the epoll backend tells the kernel of its descriptors. See epoll_backend.h.
#include "net/epoll/epoll_backend.h"

namespace rill {

EpollBackend::EpollBackend(EpollOptions options)
    : PosixBackend(*options.syscalls, std::move(options.names)), poller_(syscalls_) {}

int EpollBackend::await_edge(Descriptor& descriptor, Handle handle, std::uint32_t /*events*/) {
  if (descriptor.is_registered) return 0;
  // From here on the kernel tells of every change; what is true already it tells at once.
  constexpr std::uint32_t kEverything = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
  const int error = poller_.add(descriptor.fd, kEverything, DescriptorTable::to_word(handle));
  descriptor.is_registered = error == 0;
  return error;
}

int EpollBackend::watch_level(Descriptor& descriptor, Handle handle, std::uint32_t events) {
  if (events == 0) {
    release(descriptor, handle);
    return 0;
  }
  const std::uint64_t word = DescriptorTable::to_word(handle);
  const int error = descriptor.is_registered ? poller_.modify(descriptor.fd, events, word)
                                             : poller_.add(descriptor.fd, events, word);
  if (error == 0) descriptor.is_registered = true;
  return error;
}

void EpollBackend::release(Descriptor& descriptor, Handle /*handle*/) {
  // A descriptor that a fork has copied would go on sending events after close(2): epoll(7), Q6.
  if (descriptor.is_registered) poller_.remove(descriptor.fd);
  descriptor.is_registered = false;
}

}  // namespace rill
