// See foreign_transfer.h.
#include "net/posix/foreign_transfer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <optional>

#include "net/posix/no_sigpipe.h"

namespace rill {
namespace {

std::int64_t to_result(ssize_t count) { return count >= 0 ? count : -errno; }

bool is_ready(const Syscalls& syscalls, const FdOp& op, std::int64_t& error) {
  pollfd look{};
  look.fd = op.fd;
  look.events = op.kind == OpKind::read ? POLLIN : POLLOUT;
  const int count = syscalls.poll(&look, 1, 0);
  if (count < 0) error = errno == EINTR ? -EAGAIN : -errno;
  if (count > 0 && (look.revents & POLLNVAL) != 0) error = -EBADF;
  return count > 0 && error == 0;
}

std::int64_t move_without_waiting(const Syscalls& syscalls, const FdOp& op) {
  const iovec part{.iov_base = op.data, .iov_len = op.size_bytes};
  constexpr off_t kAtItsPosition = -1;
  return to_result(op.kind == OpKind::read
                       ? syscalls.preadv2(op.fd, &part, 1, kAtItsPosition, RWF_NOWAIT)
                       : syscalls.pwritev2(op.fd, &part, 1, kAtItsPosition, RWF_NOWAIT));
}

std::int64_t move(const Syscalls& syscalls, const FdOp& op, mode_t type) {
  if (op.kind == OpKind::read) return to_result(syscalls.read(op.fd, op.data, op.size_bytes));
  // What fits when poll(2) says POLLOUT: PIPE_BUF bytes into a pipe (pipe(7)); a terminal says so
  // with as little as 256 bytes of room (n_tty's WAKEUP_CHARS).
  constexpr std::size_t kTerminalBytes = 256;
  std::size_t most_bytes = op.size_bytes;
  if (S_ISFIFO(type)) most_bytes = std::min<std::size_t>(most_bytes, PIPE_BUF);
  if (S_ISCHR(type)) most_bytes = std::min(most_bytes, kTerminalBytes);
  return to_result(syscalls.write(op.fd, op.data, most_bytes));
}

}  // namespace

std::int64_t transfer(const Syscalls& syscalls, const FdOp& op) {
  std::int64_t error = 0;
  if (!is_ready(syscalls, op, error)) {
    if (error != 0) return error;
    // A read on a descriptor that can only be written, or the other way, would wait for ever.
    const int mode = fcntl(op.fd, F_GETFL) & O_ACCMODE;
    return mode == (op.kind == OpKind::read ? O_WRONLY : O_RDONLY) ? -EBADF : -EAGAIN;
  }
  std::optional<NoSigpipe> guard;
  if (op.kind == OpKind::write) guard.emplace();
  for (;;) {
    std::int64_t result = move_without_waiting(syscalls, op);
    if (result == -EAGAIN || result == -EOPNOTSUPP || result == -ENOSYS) {
      struct stat file{};
      if (fstat(op.fd, &file) != 0) return -errno;
      // A file that is not in memory: there is nothing to wait for but the disk.
      const bool must_wait = result != -EAGAIN || S_ISREG(file.st_mode);
      if (must_wait) result = move(syscalls, op, file.st_mode);
    }
    if (result == -EPIPE && guard) guard->swallow();
    if (result != -EINTR) return result;
  }
}

}  // namespace rill
