// Reading a recording. See log_reader.h; the format is in log_writer.h and codec.h.
#include "scheduler/record/log_reader.h"

#include <cstring>
#include <limits>

#include "scheduler/fingerprint.h"
#include "scheduler/run_options.h"

namespace rill::record {

LogReader::LogReader(std::string_view bytes, const std::string& path) : rest_(bytes) {
  if (!rest_.starts_with(kMagic)) throw UsageError("'" + path + "' is no recording of Rill");
  rest_.remove_prefix(kMagic.size());
  const unsigned version = rest_.empty() ? 0 : static_cast<std::uint8_t>(rest_.front());
  if (version != kVersion) {
    throw UsageError("'" + path + "' is a recording of version " + std::to_string(version) +
                     ", and this program reads version " + std::to_string(kVersion) +
                     ": record it again, or replay it with the program that made it");
  }
  rest_.remove_prefix(1);
  read_header(path);
}

void LogReader::read_header(const std::string& path) {
  chunk_ = rest_;
  const auto size_bytes = fixed<std::uint32_t>();
  const auto digest = fixed<std::uint64_t>();
  rest_ = chunk_;
  chunk_ = take(size_bytes);
  if (!is_bad_ && digest_bytes(chunk_.data(), chunk_.size()) != digest) is_bad_ = true;
  if (!is_bad_) rest_.remove_prefix(size_bytes);
  std::string_view text;
  bytes(text), header_.program = text;
  bytes(text), header_.backend = text;
  header_.steps_between_waits = number_32();
  std::uint64_t count = 0;
  number(count);
  for (std::uint64_t i = 0; i < count && !is_bad_; ++i)
    bytes(text), header_.arguments.emplace_back(text);
  if (is_bad_ || !chunk_.empty() || header_.steps_between_waits == 0) {
    throw UsageError("the beginning of the recording '" + path + "' is damaged: record it again");
  }
}

bool LogReader::next() {
  if (!damage_.empty()) return false;
  while (chunk_.empty()) {
    if (!open_chunk()) return false;
  }
  entry_ = Entry();
  is_bad_ = !read_tag(fixed<std::uint8_t>(), entry_);
  if (!is_bad_) fields_of(*this, entry_);
  if (!is_bad_) return true;
  damage_ = "an entry is damaged";
  return false;
}

bool LogReader::open_chunk() {
  constexpr std::size_t kHeadBytes = 16;
  if (rest_.empty() || is_open_chunk_) return false;
  is_bad_ = false;
  chunk_ = rest_;
  const auto size_bytes = fixed<std::uint32_t>();
  fixed<std::uint32_t>();
  const auto digest = fixed<std::uint64_t>();
  const std::string_view entries = take(size_bytes);
  chunk_ = {};
  if (is_bad_) {
    damage_ = "the file is cut off";
    return false;
  }
  if (size_bytes == 0 && digest == 0) return false;  // set aside, and never written
  if (digest == 0) {
    is_open_chunk_ = true;
  } else {
    const std::uint64_t found = digest_bytes(entries.data(), entries.size());
    if ((found != 0 ? found : 1) != digest) {
      damage_ = "a part of the file is damaged";
      return false;
    }
  }
  rest_.remove_prefix(kHeadBytes + size_bytes);
  chunk_ = entries;
  return true;
}

std::string_view LogReader::take(std::uint64_t size_bytes) {
  if (size_bytes > chunk_.size()) {
    is_bad_ = true;
    chunk_ = {};
    return {};
  }
  const std::string_view taken = chunk_.substr(0, size_bytes);
  chunk_.remove_prefix(size_bytes);
  return taken;
}

template <class T>
T LogReader::fixed() {
  T value = 0;
  const std::string_view from = take(sizeof value);
  if (from.size() == sizeof value) std::memcpy(&value, from.data(), from.size());
  return value;
}

void LogReader::number(std::uint64_t& n) {
  n = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = fixed<std::uint8_t>();
    n |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return;
  }
  is_bad_ = true;
}

std::uint32_t LogReader::number_32() {
  std::uint64_t n = 0;
  number(n);
  if (n > std::numeric_limits<std::uint32_t>::max()) is_bad_ = true;
  return static_cast<std::uint32_t>(n);
}

void LogReader::signed_number(std::int64_t& n) {
  std::uint64_t word = 0;
  number(word);
  n = static_cast<std::int64_t>(word >> 1 ^ (~(word & 1) + 1));
}

void LogReader::distance(std::uint64_t& submit) {
  std::uint64_t ago = 0;
  number(ago);
  if (ago >= memory_.submits) is_bad_ = true;
  submit = memory_.submits - ago;
}

void LogReader::time(Instant& at) {
  std::uint64_t passed_ns = 0;
  number(passed_ns);
  std::int64_t ns = 0;
  if (__builtin_add_overflow(memory_.time.ns, passed_ns, &ns)) is_bad_ = true;
  if (!is_bad_) memory_.time.ns = ns;
  at = memory_.time;
}

void LogReader::flag(bool& is_on) {
  std::uint64_t n = 0;
  number(n);
  if (n > 1) is_bad_ = true;
  is_on = n == 1;
}

void LogReader::handle(Handle& handle) {
  handle.slot = number_32();
  handle.generation = number_32();
}

void LogReader::address(Address& address) {
  address = Address();
  const auto family = fixed<std::uint8_t>();
  if (family == 0) return;
  if (family != 4 && family != 6) {
    is_bad_ = true;
    return;
  }
  address.family = family == 4 ? Address::Family::ipv4 : Address::Family::ipv6;
  const std::string_view digits = take(family == 4 ? 4 : 16);
  if (!digits.empty()) std::memcpy(address.bytes.data(), digits.data(), digits.size());
  const std::uint32_t port = number_32();
  if (port > std::numeric_limits<std::uint16_t>::max()) is_bad_ = true;
  address.port = static_cast<std::uint16_t>(port);
  if (family == 6) address.scope = number_32();
}

void LogReader::addresses(std::vector<Address>& addresses) {
  std::uint64_t count = 0;
  number(count);
  for (std::uint64_t i = 0; i < count && !is_bad_; ++i) address(addresses.emplace_back());
}

void LogReader::bytes(std::string_view& bytes) {
  std::uint64_t count = 0;
  number(count);
  bytes = take(count);
}

}  // namespace rill::record
