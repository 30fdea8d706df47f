// The bytes of one direction of a stream, from the moment the writer handed them over until the
// reader takes them, wherever they are on the way: a queue of small blocks from a pool.
//
// An empty queue holds no memory. Blocks are as large as what is put in, and grow with the backlog,
// up to 64 KiB. Invariant: head and tail are both null, or the queue holds at least one byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

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
    std::uint32_t size_class = 0;
    while (size_class + 1 < kClasses && capacity(size_class) < wanted_bytes) ++size_class;
    ++blocks_in_use_;
    Block* const block = free_[size_class];
    if (block == nullptr) return carve(size_class);
    free_[size_class] = block->next;
    block->next = nullptr;
    return block;
  }
  void give_back(Block* block);

  std::size_t blocks_in_use() const { return blocks_in_use_; }

 private:
  static constexpr std::uint32_t kClasses = 11;
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
    while (size_bytes > 0) {
      if (tail_ == nullptr || tail_end_ == tail_->capacity_bytes) grow(pool, size_bytes);
      const std::size_t room = tail_->capacity_bytes - tail_end_;
      const std::size_t part = size_bytes < room ? size_bytes : room;
      std::memcpy(tail_->bytes() + tail_end_, data, part);
      tail_end_ += static_cast<std::uint32_t>(part);
      data += part;
      size_bytes -= part;
    }
  }

  /// Takes the first `size_bytes` bytes out, which must be there, and hands them to
  /// sink(const std::byte*, size) in pieces.
  template <class Sink>
  void take(BlockPool& pool, std::size_t size_bytes, Sink sink) {
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

  /// What take() will touch next.
  const void* front() const { return head_; }

 private:
  void grow(BlockPool& pool, std::size_t size_bytes) {
    std::size_t wanted = size_bytes;
    if (tail_ != nullptr && wanted < 2 * std::size_t{tail_->capacity_bytes}) {
      wanted = 2 * std::size_t{tail_->capacity_bytes};
    }
    Block* const block = pool.take(wanted);
    (tail_ != nullptr ? tail_->next : head_) = block;
    tail_ = block;
    tail_end_ = 0;
  }
  void drop_head(BlockPool& pool) {
    Block* const block = head_;
    head_ = block == tail_ ? nullptr : block->next;
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
