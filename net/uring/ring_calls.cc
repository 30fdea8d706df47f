// The table of liburing's own calls. See ring_calls.h.
#include "net/uring/ring_calls.h"

namespace rill {

const RingCalls kernel_ring_calls = {
    .queue_init_params = ::io_uring_queue_init_params,
    .register_buf_ring = ::io_uring_register_buf_ring,
    .enable_rings = ::io_uring_enable_rings,
    .register_ring_fd = ::io_uring_register_ring_fd,
    .submit_and_wait = ::io_uring_submit_and_wait,
    .submit_and_wait_timeout = ::io_uring_submit_and_wait_timeout,
    .submit_and_get_events = ::io_uring_submit_and_get_events,
};

}  // namespace rill
