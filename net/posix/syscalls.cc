// The table of the kernel's own calls. See syscalls.h.
#include "net/posix/syscalls.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace rill {
namespace {

// Without a signal mask: ours never changes for the time of a wait.
int call_epoll_pwait2(int epoll_fd, epoll_event* events, int most, const timespec* timeout) {
  return ::epoll_pwait2(epoll_fd, events, most, timeout, nullptr);
}

}  // namespace

const Syscalls kernel_syscalls = {
    .socket = ::socket,
    .bind = ::bind,
    .listen = ::listen,
    .connect = ::connect,
    .accept4 = ::accept4,
    .recv = ::recv,
    .recvfrom = ::recvfrom,
    .send = ::send,
    .sendmsg = ::sendmsg,
    .sendfile = ::sendfile,
    .shutdown = ::shutdown,
    .close = ::close,
    .getsockopt = ::getsockopt,
    .setsockopt = ::setsockopt,
    .getsockname = ::getsockname,
    .getpeername = ::getpeername,
    .epoll_create1 = ::epoll_create1,
    .epoll_ctl = ::epoll_ctl,
    .epoll_wait = ::epoll_wait,
    .epoll_pwait2 = call_epoll_pwait2,
    .poll = ::poll,
    .read = ::read,
    .write = ::write,
    .preadv2 = ::preadv2,
    .pwritev2 = ::pwritev2,
    .signalfd = ::signalfd,
};

}  // namespace rill
