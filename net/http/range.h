// Range requests (RFC 9110 section 14): which bytes of something are asked for.
//
// Invariant: ranges that come out are not empty, lie within the size, and do not overlap, so all of
// them together are never longer than the whole (CVE-2011-3192); there are at most kMostRanges.
// Numbers of any length are read, none overflows (CVE-2017-7529).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rill::http {

/// Bytes `begin` to `end` - 1.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size_bytes() const { return end - begin; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

class RangeSet {
 public:
  /// More in one request are no download that goes on where it broke off, and are not heeded.
  static constexpr std::size_t kMostRanges = 32;
  /// Ranges with a smaller gap become one: the head of a part is not shorter (RFC 9110 15.3.7.2).
  static constexpr std::uint64_t kLeastGapBytes = 80;

  enum class Verdict : std::uint8_t {
    none,         ///< not in bytes, malformed, too many, or of nothing: as if there were no Range
    some,         ///< 206
    unsatisfied,  ///< 416: all of them lie behind the end
  };

  /// Reads the value of a Range field, for something of `size_bytes` bytes.
  Verdict parse(std::string_view value, std::uint64_t size_bytes);

  /// In the order in which they were asked for; those that touch are one, in the place of the
  /// first.
  const ByteRange* begin() const { return ranges_.data(); }
  const ByteRange* end() const { return ranges_.data() + count_; }
  std::size_t size() const { return count_; }

 private:
  bool add(std::string_view range, std::uint64_t size_bytes);
  void merge();

  std::array<ByteRange, kMostRanges> ranges_;
  std::size_t count_ = 0;
};

}  // namespace rill::http
