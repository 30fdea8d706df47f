// Chunks behind the frame pool, and their end. See frame_pool.h.
#include "scheduler/frame_pool.h"

#include <vector>

namespace rill {
namespace {

/// So that a frame or record of 64 bytes is in one line of the cache, not in two.
constexpr std::align_val_t kCacheLine{64};

// Apart from FramePool, so that the pool itself needs no destructor: a thread_local with one costs
// a check on every access.
struct Chunks {
  std::vector<void*> all;
  ~Chunks() {
    // A frame that outlives its thread is a bug elsewhere; leaking its memory is the mild outcome.
    if (frame_pool.blocks_in_use() != 0) return;
    for (void* chunk : all) ::operator delete(chunk, kCacheLine);
  }
};
thread_local Chunks chunks;

constexpr std::size_t kFirstChunkBytes = std::size_t{16} << 10;
constexpr std::size_t kLargestChunkBytes = std::size_t{1} << 20;

}  // namespace

void* FramePool::carve(std::size_t size_class) noexcept {
  const std::size_t size_bytes = size_class * kGrain;
  if (static_cast<std::size_t>(chunk_end_ - chunk_) < size_bytes) {
    // Grows by doubling: a lesson takes 16 KiB, a server with many connections wastes little.
    std::size_t chunk_bytes = kFirstChunkBytes;
    for (std::size_t i = 0; i < chunks.all.size() && chunk_bytes < kLargestChunkBytes; ++i) {
      chunk_bytes *= 2;
    }
    chunks.all.reserve(chunks.all.size() + 1);
    chunk_ = static_cast<char*>(::operator new(chunk_bytes, kCacheLine));
    chunk_end_ = chunk_ + chunk_bytes;
    chunks.all.push_back(chunk_);
  }
  void* block = chunk_;
  chunk_ += size_bytes;
  ++carved_;
  return block;
}

void* FramePool::allocate_large(std::size_t size_bytes) noexcept {
  void* block = ::operator new(size_bytes);
  ++large_in_use_;
  return block;
}

void FramePool::release_large(void* block, std::size_t size_bytes) noexcept {
  --large_in_use_;
  ::operator delete(block, size_bytes);
}

std::uint64_t FramePool::blocks_in_use() const {
  std::uint64_t in_use = carved_ + large_in_use_;
  for (const Free* block : free_) {
    for (; block != nullptr; block = block->next) --in_use;
  }
  return in_use;
}

}  // namespace rill
