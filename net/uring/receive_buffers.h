// The buffers that the kernel receives into: a few for all connections, so that a connection that
// only waits holds none.
//
// The kernel takes one when bytes have come, and says which in the completion; it is lent from then
// until give_back(). With none left a receive ends with ENOBUFS, and loses nothing; but the next
// bytes then cost a call of their own. So many, since a thousand connections that echo 64 bytes
// take 40 % more time in the program with 32 of them, and 10 % less with 512; fifty do not care.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/uring/kernel_ring.h"

namespace rill {

class ReceiveBuffers {
 public:
  static constexpr unsigned kGroup = 0;
  static constexpr unsigned kCount = 128;  ///< a power of two
  static constexpr std::size_t kSizeBytes = std::size_t{16} << 10;

  /// Registers them with `ring`, which must go first. Throws UringRefused.
  ReceiveBuffers(KernelRing& ring, const RingCalls& calls);
  ReceiveBuffers(const ReceiveBuffers&) = delete;
  ReceiveBuffers& operator=(const ReceiveBuffers&) = delete;
  ~ReceiveBuffers();

  static unsigned number_of(std::uint32_t completion_flags) {
    return completion_flags >> IORING_CQE_BUFFER_SHIFT;
  }
  const char* at(unsigned number) const { return memory_.get() + number * kSizeBytes; }
  void give_back(unsigned number) {
    add(number);
    io_uring_buf_ring_advance(shared_, 1);
  }

 private:
  void add(unsigned number) {
    io_uring_buf_ring_add(shared_, memory_.get() + number * kSizeBytes, kSizeBytes,
                          static_cast<unsigned short>(number), kCount - 1, 0);
  }

  io_uring_buf_ring* shared_;  ///< with the kernel
  std::unique_ptr<char[]> memory_;
};

}  // namespace rill
