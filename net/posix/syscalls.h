// The system calls of the real-socket backends, as one table of functions.
//
// Every call to the kernel that can fail for reasons outside the program goes through it, so that a
// test can make each of them fail in turn, or see that a call was not made. Names, arguments and
// errors are those of the man pages (section 2); results as libc gives them: -1 and errno. Costs
// one load and one indirect call, which is what a call into a shared libc is anyway (measured:
// no difference).
#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <ctime>

namespace rill {

struct Syscalls {
  int (*socket)(int domain, int type, int protocol);
  int (*bind)(int fd, const sockaddr* address, socklen_t size_bytes);
  int (*listen)(int fd, int backlog);
  int (*connect)(int fd, const sockaddr* address, socklen_t size_bytes);
  int (*accept4)(int fd, sockaddr* address, socklen_t* size_bytes, int flags);
  ssize_t (*recv)(int fd, void* data, std::size_t size_bytes, int flags);
  ssize_t (*recvfrom)(int fd, void* data, std::size_t size_bytes, int flags, sockaddr* from,
                      socklen_t* from_bytes);
  ssize_t (*send)(int fd, const void* data, std::size_t size_bytes, int flags);
  ssize_t (*sendmsg)(int fd, const msghdr* message, int flags);
  ssize_t (*sendfile)(int to, int from, off_t* offset, std::size_t size_bytes);
  int (*shutdown)(int fd, int how);
  int (*close)(int fd);
  int (*getsockopt)(int fd, int level, int name, void* value, socklen_t* size_bytes);
  int (*setsockopt)(int fd, int level, int name, const void* value, socklen_t size_bytes);
  int (*getsockname)(int fd, sockaddr* address, socklen_t* size_bytes);
  int (*getpeername)(int fd, sockaddr* address, socklen_t* size_bytes);

  int (*epoll_create1)(int flags);
  int (*epoll_ctl)(int epoll_fd, int change, int fd, epoll_event* event);
  int (*epoll_wait)(int epoll_fd, epoll_event* events, int most, int timeout_ms);
  int (*epoll_pwait2)(int epoll_fd, epoll_event* events, int most, const timespec* timeout);

  int (*poll)(pollfd* fds, nfds_t count, int timeout_ms);
  ssize_t (*read)(int fd, void* data, std::size_t size_bytes);
  ssize_t (*write)(int fd, const void* data, std::size_t size_bytes);
  ssize_t (*preadv2)(int fd, const iovec* parts, int count, off_t offset, int flags);
  ssize_t (*pwritev2)(int fd, const iovec* parts, int count, off_t offset, int flags);
  int (*signalfd)(int fd, const sigset_t* signals, int flags);
};

/// The kernel itself.
extern const Syscalls kernel_syscalls;

}  // namespace rill
