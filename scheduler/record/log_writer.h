// LogWriter: appends entries to a file so that whatever ends the process - kill -9, a crash, an
// abort - loses none that was complete, and so that an entry costs a few stores and no system call.
//
// The file, all integers little-endian:
//   "RILLREC" and a byte, the version of the format: 1
//   the header: u32 size, u64 digest_bytes() of it; then, as numbers and bytes of codec.h: the name
//     of the program, of its backend, the backend's steps_between_waits(), and the command line's
//     arguments (their count, then each)
//   chunks, one after the other: u32 size, u32 zero, u64 digest_bytes() of it (never 0), entries
// No entry crosses the end of a chunk. The last chunk may be open: its digest is 0, and its size is
// set anew after each entry.
//
// The open chunk is mapped memory (mmap(2), MAP_SHARED) over space that the file system has set
// aside (posix_fallocate(3)). So the kernel holds each entry as soon as it is stored, and a full
// disk is an error when the next chunk is opened, never a SIGBUS. When the power fails the last
// half minute may be missing (vm.dirty_expire_centisecs).
#pragma once

#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/record/codec.h"

namespace rill::record {

/// What a recording says about itself.
struct Header {
  std::string program = {};
  std::vector<std::string> arguments = {};  ///< of the command line
  std::string backend = {};
  std::uint32_t steps_between_waits = 64;
};

class LogWriter {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

  /// Makes the file, or empties it. Throws UsageError, in a sentence, when that cannot be done.
  LogWriter(std::string path, const Header& header);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  /// Closes the last chunk and cuts off what was set aside.
  ~LogWriter();

  /// When the disk is full, says so on stderr, once, and goes on without recording.
  void append(Entry& entry) {
    const std::size_t most_bytes = most_bytes_of(entry);
    if (static_cast<std::size_t>(end_ - at_) < most_bytes && !open_chunk(most_bytes)) return;
    *at_++ = static_cast<char>(tag_of(entry));
    fields_of(*this, entry);
    commit();
  }

  // The archive that codec.h writes with.
  CodecMemory& memory() { return memory_; }
  void number(std::uint64_t n) {
    for (; n >= 0x80; n >>= 7) *at_++ = static_cast<char>(n | 0x80);
    *at_++ = static_cast<char>(n);
  }
  void signed_number(std::int64_t n) {
    number(static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63));
  }
  void distance(std::uint64_t submit) { number(memory_.submits - submit); }
  void time(Instant at) {
    number(static_cast<std::uint64_t>(at.ns) - static_cast<std::uint64_t>(memory_.time.ns));
    memory_.time = at;
  }
  void flag(bool is_on) { number(is_on ? 1 : 0); }
  void handle(Handle handle) { number(handle.slot), number(handle.generation); }
  void address(const Address& address);
  void addresses(const std::vector<Address>& addresses);
  void bytes(std::string_view bytes) {
    number(bytes.size());
    if (!bytes.empty()) std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }

 private:
  static constexpr std::size_t kChunkHeadBytes = 16;

  /// The entry first, then the size that counts it in: what the compiler may not turn around, a
  /// process that dies in between leaves in that order. The head need not be aligned.
  void commit() {
    const auto size = static_cast<std::uint32_t>(at_ - chunk_ - kChunkHeadBytes);
    std::atomic_signal_fence(std::memory_order_release);
    std::memcpy(chunk_, &size, sizeof size);
    std::atomic_signal_fence(std::memory_order_release);
  }
  bool open_chunk(std::size_t room_bytes);
  int set_aside(std::size_t size_bytes);
  void seal_chunk();
  void close();

  std::string path_;
  int file_ = -1;
  std::size_t offset_ = 0;  ///< in the file: where the open chunk begins, or the next will
  char* map_ = nullptr;
  std::size_t map_bytes_ = 0;
  char* chunk_ = nullptr;  ///< its head; a few bytes after map_, which is on a page
  char* at_ = nullptr;     ///< where the next entry goes
  char* end_ = nullptr;
  CodecMemory memory_;
};

}  // namespace rill::record
