// LogReader: the entries of a recording, in order, as far as it is whole. Reads memory, and trusts
// none of it: a file may be cut off anywhere, or damaged, or no recording at all.
#pragma once

#include <string>
#include <string_view>

#include "scheduler/record/log_writer.h"

namespace rill::record {

inline constexpr std::string_view kMagic = "RILLREC";
inline constexpr std::uint8_t kVersion = 1;

class LogReader {
 public:
  /// Throws UsageError, in a sentence, if that is no recording, of another version, or its header
  /// is not whole. `path` is for that sentence. `bytes` must outlive the reader.
  LogReader(std::string_view bytes, const std::string& path);

  const Header& header() const { return header_; }

  /// Moves to the next entry. False at the end: of what is whole.
  bool next();
  /// The entry; its views last as long as the bytes.
  const Entry& entry() const { return entry_; }
  /// Once next() gave false: why no more can be read. Empty when there is no more.
  const std::string& damage() const { return damage_; }
  // The archive that codec.h reads with.
  CodecMemory& memory() { return memory_; }
  void number(std::uint64_t& n);
  void signed_number(std::int64_t& n);
  void distance(std::uint64_t& submit);
  void time(Instant& at);
  void flag(bool& is_on);
  void handle(Handle& handle);
  void address(Address& address);
  void addresses(std::vector<Address>& addresses);
  void bytes(std::string_view& bytes);

 private:
  void read_header(const std::string& path);
  bool open_chunk();
  template <class T>
  T fixed();
  std::uint32_t number_32();
  std::string_view take(std::uint64_t size_bytes);

  std::string_view rest_;   ///< of the file, behind the chunk
  std::string_view chunk_;  ///< its entries that are not read yet
  bool is_bad_ = false;     ///< something does not fit
  bool is_open_chunk_ = false;
  Header header_;
  Entry entry_;
  CodecMemory memory_;
  std::string damage_;
};

}  // namespace rill::record
