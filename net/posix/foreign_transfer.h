// One read or write on a descriptor that belongs to the program: a pipe, a terminal, a file, a
// socket of its own. It never blocks the loop where the kernel gives a way not to.
//
// Non-blocking mode is a property of the open file, which other processes may share (a shell's
// terminal!), so it is left alone. Instead: poll(2) first, then the call with RWF_NOWAIT (Linux 6.4
// has it for pipes); where that is not supported, the plain call, for writes with no more bytes
// than a pipe or terminal takes that has just been called ready. Regular files are always ready;
// reading one may wait for the disk.
#pragma once

#include "net/posix/syscalls.h"
#include "scheduler/backend.h"

namespace rill {

/// The bytes moved (0 from a read: end of file), or -errno; -EAGAIN when it is not ready. A write
/// to a pipe that nobody reads gives -EPIPE, and no signal.
std::int64_t transfer(const Syscalls& syscalls, const FdOp& op);

}  // namespace rill
