// See scattered_heap.h.
#include "tests/determinism/scattered_heap.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

#include "scheduler/oracle.h"

namespace rill::testing {
namespace {

constexpr std::size_t kGrainBytes = 16;
constexpr std::size_t kSizes = 32;   // up to 512 bytes; larger blocks are filled, not shuffled
constexpr std::size_t kBlocks = 16;  // that are shuffled together

std::mutex mutex;
std::uint64_t heap_salt = 0;
std::uint64_t draws = 0;

struct Stash {
  std::array<void*, kBlocks> blocks;
  std::size_t left = 0;
};
constinit std::array<Stash, kSizes> stashes = {};

int byte_of(std::uint64_t salt) { return static_cast<int>(scatter(salt) & 0xFF); }

void* allocate_small(std::size_t size_class) {
  Stash& stash = stashes[size_class];
  if (stash.left == 0) {
    for (void*& block : stash.blocks) block = std::malloc((size_class + 1) * kGrainBytes);
    stash.left = kBlocks;
  }
  const std::size_t drawn = scatter(heap_salt ^ ++draws) % stash.left;
  std::swap(stash.blocks[drawn], stash.blocks[--stash.left]);
  return stash.blocks[stash.left];
}

void* allocate(std::size_t size_bytes) {
  const std::lock_guard lock(mutex);
  const std::size_t size_class = size_bytes == 0 ? 0 : (size_bytes - 1) / kGrainBytes;
  void* const block = size_class < kSizes ? allocate_small(size_class) : std::malloc(size_bytes);
  if (block == nullptr) std::abort();
  return std::memset(block, byte_of(heap_salt), size_bytes);
}

}  // namespace

void salt_heap(std::uint64_t salt) {
  const std::lock_guard lock(mutex);
  heap_salt = salt;
  for (Stash& stash : stashes) {
    while (stash.left > 0) std::free(stash.blocks[--stash.left]);
  }
}

[[gnu::noinline]] void salt_stack(std::uint64_t salt) {
  std::array<unsigned char, 256 * 1024> below;
  std::memset(below.data(), byte_of(salt), below.size());
  asm volatile("" : : "r"(below.data()) : "memory");  // or the compiler sees that nobody reads it
}

}  // namespace rill::testing

void* operator new(std::size_t size_bytes) { return rill::testing::allocate(size_bytes); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

void* operator new(std::size_t size_bytes, std::align_val_t alignment) {
  const auto grain = static_cast<std::size_t>(alignment);
  void* const block = std::aligned_alloc(grain, (size_bytes + grain - 1) / grain * grain);
  if (block == nullptr) std::abort();
  return std::memset(block, rill::testing::byte_of(rill::testing::heap_salt), size_bytes);
}
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
