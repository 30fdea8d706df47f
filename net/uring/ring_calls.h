// The calls of liburing that enter the kernel, as one table of functions.
//
// As net/posix/syscalls.h for system calls: a test can make each of them fail, see that one was not
// made, or change what is submitted. Names, arguments and results are liburing's (man pages,
// section 3): -errno for an error.
#pragma once

#include <liburing.h>

namespace rill {

struct RingCalls {
  int (*queue_init_params)(unsigned entries, io_uring* ring, io_uring_params* params);
  int (*register_buf_ring)(io_uring* ring, io_uring_buf_reg* buffers, unsigned flags);
  int (*enable_rings)(io_uring* ring);
  int (*register_ring_fd)(io_uring* ring);
  int (*submit_and_wait)(io_uring* ring, unsigned count);
  int (*submit_and_wait_timeout)(io_uring* ring, io_uring_cqe** completion, unsigned count,
                                 __kernel_timespec* timeout, sigset_t* signals);
  int (*submit_and_get_events)(io_uring* ring);
};

/// liburing itself.
extern const RingCalls kernel_ring_calls;

}  // namespace rill
