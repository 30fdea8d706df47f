// A sorted list of pieces. See stream_bytes.h.
#include "scheduler/export/stream_bytes.h"

#include <algorithm>

namespace rill::exports {

void StreamBytes::sort() {
  std::stable_sort(pieces_.begin(), pieces_.end(), [](const auto* left, const auto* right) {
    return left->offset < right->offset;
  });
}

std::size_t StreamBytes::first(std::uint64_t offset) const {
  const auto behind =
      std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                       [](std::uint64_t at, const auto* piece) { return at < piece->offset; });
  const auto index = static_cast<std::size_t>(behind - pieces_.begin());
  return index > 0 ? index - 1 : 0;
}

std::string StreamBytes::bytes(std::uint64_t offset, std::uint64_t size_bytes,
                               std::uint64_t& unknown) const {
  std::string bytes;
  for (std::size_t i = first(offset); i < pieces_.size() && bytes.size() < size_bytes; ++i) {
    const trace::Record& piece = *pieces_[i];
    const std::uint64_t at = offset + bytes.size();
    if (piece.offset >= offset + size_bytes) break;
    if (piece.offset > at) {  // a hole
      unknown += piece.offset - at;
      bytes.append(piece.offset - at, '\0');
    }
    const std::uint64_t skipped = offset + bytes.size() - piece.offset;
    if (skipped >= piece.data.size()) continue;
    bytes += piece.data.substr(skipped, size_bytes - bytes.size());
  }
  unknown += size_bytes - bytes.size();
  bytes.append(size_bytes - bytes.size(), '\0');
  return bytes;
}

const trace::Record* StreamBytes::source(std::uint64_t offset) const {
  const std::size_t index = first(offset);
  if (index >= pieces_.size()) return nullptr;
  const trace::Record& piece = *pieces_[index];
  return piece.offset <= offset && offset - piece.offset < piece.bytes ? &piece : nullptr;
}

}  // namespace rill::exports
