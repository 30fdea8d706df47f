// The bytes of one direction of a stream, from the moment the writer handed them over until the
// reader takes them, wherever they are on the way: a queue of small blocks from a pool.
//
// An empty queue holds no memory. Blocks are as large as what is put in, and grow with the backlog,
// up to 64 KiB. Invariant: head and tail are both null, or the queue holds at least one byte.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "scheduler/frame_pool.h"  // RILL_ADDRESS_SANITIZER

namespace rill::simnet {

struct Block {
  Block* next;
  std::uint32_t size_class;
  std::uint32_t capacity_bytes;
  std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
};

/// Blocks of 64 bytes to 64 KiB, header included, kept in free lists. All of them must have been
/// given back before it goes.
class BlockPool {
 public:
  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// A block for `wanted_bytes`, or the largest there is.
  Block* take(std::size_t wanted_bytes) {
    const auto blocks64 = (wanted_bytes + sizeof(Block) - 1) / 64;  // 0: the smallest will do
    const auto size_class = static_cast<std::uint32_t>(std::bit_width(blocks64));
    ++blocks_in_use_;
    const std::uint32_t granted = size_class < kClasses ? size_class : kClasses - 1;
    Block* const block = free_[granted];
    if (block == nullptr) return carve(granted);
    free_[granted] = block->next;
    return block;
  }
  void give_back(Block* block) {
    --blocks_in_use_;
    if constexpr (kKeepsBlocks) {
      block->next = free_[block->size_class];
      free_[block->size_class] = block;
    } else {
      ::operator delete(block);
    }
  }

  std::size_t blocks_in_use() const { return blocks_in_use_; }

 private:
  static constexpr std::uint32_t kClasses = 11;
  // Under the address sanitizer every block is an allocation of its own, so that a use after it was
  // given back is seen.
#ifdef RILL_ADDRESS_SANITIZER
  static constexpr bool kKeepsBlocks = false;
#else
  static constexpr bool kKeepsBlocks = true;
#endif
  static constexpr std::size_t capacity(std::uint32_t size_class) {
    return (std::size_t{64} << size_class) - sizeof(Block);
  }
  Block* carve(std::uint32_t size_class);

  Block* free_[kClasses] = {};
  std::byte* chunk_ = nullptr;  // the rest of the newest chunk
  std::size_t chunk_bytes_left_ = 0;
  std::size_t blocks_in_use_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

class ByteQueue {
 public:
  bool empty() const { return head_ == nullptr; }

  void append(BlockPool& pool, const std::byte* data, std::size_t size_bytes) {
    if (head_ == nullptr && size_bytes > 0) [[likely]] {  // all of it in one block, mostly
      Block* const block = pool.take(size_bytes);
      head_ = tail_ = block;
      if (size_bytes <= block->capacity_bytes) [[likely]] {
        tail_end_ = static_cast<std::uint32_t>(size_bytes);
        std::memcpy(block->bytes(), data, size_bytes);
        return;
      }
      tail_end_ = 0;
    }
    append_behind(pool, data, size_bytes);
  }

  /// Takes the first `size_bytes` bytes out, which must be there, and hands them to
  /// sink(const std::byte*, size) in pieces.
  template <class Sink>
  void take(BlockPool& pool, std::size_t size_bytes, Sink sink) {
    if (head_ == tail_ && size_bytes > 0 && size_bytes == tail_end_ - head_at_) [[likely]] {
      sink(head_->bytes() + head_at_, size_bytes);
      pool.give_back(head_);
      head_ = tail_ = nullptr;
      head_at_ = 0;
      return;
    }
    while (size_bytes > 0) {
      const std::size_t end = head_ == tail_ ? tail_end_ : head_->capacity_bytes;
      const std::size_t here = end - head_at_;
      const std::size_t part = size_bytes < here ? size_bytes : here;
      // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): bytes that are there have a block
      sink(head_->bytes() + head_at_, part);
      head_at_ += static_cast<std::uint32_t>(part);
      size_bytes -= part;
      if (part == here) drop_head(pool);
    }
  }

  /// Calls sink for `size_bytes` bytes that lie `skipped_bytes` behind the first, and keeps them.
  template <class Sink>
  void look(std::size_t skipped_bytes, std::size_t size_bytes, Sink sink) const {
    std::size_t at = head_at_;
    for (Block* block = head_; size_bytes > 0; block = block->next, at = 0) {
      const std::size_t end = block == tail_ ? tail_end_ : block->capacity_bytes;
      const std::size_t here = end - at;
      if (skipped_bytes >= here) {
        skipped_bytes -= here;
        continue;
      }
      at += skipped_bytes;
      skipped_bytes = 0;
      const std::size_t part = size_bytes < end - at ? size_bytes : end - at;
      sink(block->bytes() + at, part);
      size_bytes -= part;
    }
  }

  void clear(BlockPool& pool) {
    while (head_ != nullptr) drop_head(pool);
  }

  /// Tells the processor that take() is near.
  void prefetch() const {
    if (head_ == nullptr) return;
    __builtin_prefetch(head_);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(head_) + 64);
  }

 private:
  /// The same where there is a tail, full or not.
  void append_behind(BlockPool& pool, const std::byte* data, std::size_t size_bytes);
  void grow(BlockPool& pool, std::size_t size_bytes) {
    const std::size_t twice = 2 * std::size_t{tail_->capacity_bytes};
    tail_ = tail_->next = pool.take(size_bytes > twice ? size_bytes : twice);
    tail_end_ = 0;
  }
  void drop_head(BlockPool& pool) {
    Block* const block = head_;
    head_ = block == tail_ ? nullptr : block->next;  // the tail's own `next` means nothing
    if (head_ == nullptr) tail_ = nullptr;
    head_at_ = 0;
    pool.give_back(block);
  }

  Block* head_ = nullptr;
  Block* tail_ = nullptr;
  std::uint32_t head_at_ = 0;   // the first byte, in the head block
  std::uint32_t tail_end_ = 0;  // behind the last byte, in the tail block
};

}  // namespace rill::simnet
