// Where new blocks come from. See byte_queue.h.
#include "simnet/byte_queue.h"

namespace rill::simnet {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

}  // namespace

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
  block->size_class = size_class;
  block->capacity_bytes = static_cast<std::uint32_t>(capacity(size_class));
  return block;
}

void ByteQueue::append_behind(BlockPool& pool, const std::byte* data, std::size_t size_bytes) {
  while (size_bytes > 0) {
    if (tail_end_ == tail_->capacity_bytes) grow(pool, size_bytes);
    const std::size_t room = tail_->capacity_bytes - tail_end_;
    const std::size_t part = size_bytes < room ? size_bytes : room;
    std::memcpy(tail_->bytes() + tail_end_, data, part);
    tail_end_ += static_cast<std::uint32_t>(part);
    data += part;
    size_bytes -= part;
  }
}

}  // namespace rill::simnet
