// Where the blocks come from. Under the address sanitizer every block is an allocation of its own,
// so that a use after it was given back is seen. See byte_queue.h.
#include "simnet/byte_queue.h"

#include <new>

#include "scheduler/frame_pool.h"  // RILL_ADDRESS_SANITIZER

namespace rill::simnet {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
#ifdef RILL_ADDRESS_SANITIZER
constexpr bool kKeepsBlocks = false;
#else
constexpr bool kKeepsBlocks = true;
#endif

}  // namespace

void BlockPool::give_back(Block* block) {
  --blocks_in_use_;
  if constexpr (kKeepsBlocks) {
    block->next = free_[block->size_class];
    free_[block->size_class] = block;
  } else {
    ::operator delete(block);
  }
}

Block* BlockPool::carve(std::uint32_t size_class) {
  const std::size_t size_bytes = std::size_t{64} << size_class;
  void* memory;
  if constexpr (kKeepsBlocks) {
    if (chunk_bytes_left_ < size_bytes) {
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kChunkBytes));
      chunk_ = chunks_.back().get();
      chunk_bytes_left_ = kChunkBytes;
    }
    memory = chunk_;
    chunk_ += size_bytes;
    chunk_bytes_left_ -= size_bytes;
  } else {
    memory = ::operator new(size_bytes);
  }
  auto* const block = static_cast<Block*>(memory);
  block->next = nullptr;
  block->size_class = size_class;
  block->capacity_bytes = static_cast<std::uint32_t>(capacity(size_class));
  return block;
}

}  // namespace rill::simnet
