// See receive_buffers.h.
#include "net/uring/receive_buffers.h"

#include <sys/mman.h>

#include <cerrno>
#include <system_error>

namespace rill {
namespace {

constexpr std::size_t kSharedBytes = ReceiveBuffers::kCount * sizeof(io_uring_buf);

}  // namespace

ReceiveBuffers::ReceiveBuffers(KernelRing& ring, const RingCalls& calls)
    : memory_(new char[kCount * kSizeBytes]) {
  // Whole pages, which the kernel wants (io_uring_register(2), IORING_REGISTER_PBUF_RING).
  void* const pages =
      ::mmap(nullptr, kSharedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "mmap for io_uring");
  }
  shared_ = static_cast<io_uring_buf_ring*>(pages);
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(pages);
  registration.ring_entries = kCount;
  registration.bgid = kGroup;
  const int result =
      ask_patiently([&] { return calls.register_buf_ring(ring.get(), &registration, 0); });
  if (result < 0) {
    ::munmap(pages, kSharedBytes);
    throw UringRefused("this kernel's io_uring takes no receive buffers: " +
                       std::generic_category().message(-result));
  }
  io_uring_buf_ring_init(shared_);
  for (unsigned number = 0; number < kCount; ++number) give_back(number);
}

ReceiveBuffers::~ReceiveBuffers() { ::munmap(shared_, kSharedBytes); }

}  // namespace rill
