// The file under a recording: its header, chunks, and the end of the disk. See log_writer.h.
#include "scheduler/record/log_writer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "scheduler/fingerprint.h"
#include "scheduler/no_write_signal.h"
#include "scheduler/record/log_reader.h"
#include "scheduler/run_options.h"

namespace rill::record {
namespace {

static_assert(std::endian::native == std::endian::little,
              "recordings are little-endian, and written as the machine stores them");

void put_number(std::string& text, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) text += static_cast<char>(n | 0x80);
  text += static_cast<char>(n);
}
void put_text(std::string& text, const std::string& part) {
  put_number(text, part.size());
  text += part;
}
template <class T>
void put_fixed(std::string& text, T value) {
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string header_text(const Header& header) {
  std::string fields;
  put_text(fields, header.program);
  put_text(fields, header.backend);
  put_number(fields, header.steps_between_waits);
  put_number(fields, header.arguments.size());
  for (const std::string& argument : header.arguments) put_text(fields, argument);
  std::string text(kMagic);
  text += static_cast<char>(kVersion);
  put_fixed(text, static_cast<std::uint32_t>(fields.size()));
  put_fixed(text, digest_bytes(fields.data(), fields.size()));
  return text + fields;
}

std::string reason_of(int error) { return std::generic_category().message(error); }

}  // namespace

LogWriter::LogWriter(std::string path, const Header& header) : path_(std::move(path)) {
  // What went over the connections is nobody else's business.
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  int error = file_ < 0 ? errno : 0;
  if (error == 0) {
    const std::string text = header_text(header);
    const NoWriteSignal no_signal;
    const ssize_t written = ::write(file_, text.data(), text.size());
    offset_ = text.size();
    if (written != static_cast<ssize_t>(text.size())) error = written < 0 ? errno : ENOSPC;
  }
  if (error == 0) error = set_aside(kChunkBytes);
  if (error == 0) return;
  close();
  throw UsageError("cannot record to '" + path_ + "': " + reason_of(error));
}

LogWriter::~LogWriter() {
  if (file_ >= 0) close();
}

void LogWriter::address(const Address& address) {
  switch (address.family) {
    case Address::Family::none:
      *at_++ = 0;
      return;
    case Address::Family::ipv4:
      *at_++ = 4;
      std::memcpy(at_, address.bytes.data(), 4);
      at_ += 4;
      return number(address.port);
    case Address::Family::ipv6:
      *at_++ = 6;
      std::memcpy(at_, address.bytes.data(), 16);
      at_ += 16;
      number(address.port);
      return number(address.scope);
  }
}

void LogWriter::addresses(const std::vector<Address>& addresses) {
  number(addresses.size());
  for (const Address& one : addresses) address(one);
}

bool LogWriter::open_chunk(std::size_t room_bytes) {
  if (file_ < 0) return false;
  seal_chunk();
  const int error = set_aside(std::max(kChunkBytes, room_bytes + kChunkHeadBytes));
  if (error == 0) return true;
  close();
  std::fprintf(stderr,
               "rill: recording to '%s' has stopped: %s; the program goes on, and what was "
               "recorded so far can be replayed\n",
               path_.c_str(), reason_of(error).c_str());
  return false;
}

/// Opens a chunk at offset_; an errno when the file cannot grow.
int LogWriter::set_aside(std::size_t size_bytes) {
  const NoWriteSignal no_signal;
  int error = 0;
  do {
    error = ::posix_fallocate(file_, static_cast<off_t>(offset_), static_cast<off_t>(size_bytes));
  } while (error == EINTR);
  if (error != 0) return error;
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t start = offset_ / page_bytes * page_bytes;
  map_bytes_ = offset_ + size_bytes - start;
  void* const map = ::mmap(nullptr, map_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, file_,
                           static_cast<off_t>(start));
  if (map == MAP_FAILED) return errno;
  map_ = static_cast<char*>(map);
  chunk_ = map_ + (offset_ - start);
  at_ = chunk_ + kChunkHeadBytes;
  end_ = chunk_ + size_bytes;
  return 0;
}

void LogWriter::seal_chunk() {
  const auto size_bytes = static_cast<std::size_t>(at_ - chunk_) - kChunkHeadBytes;
  const std::uint64_t digest = digest_bytes(chunk_ + kChunkHeadBytes, size_bytes);
  const std::uint64_t not_zero = digest != 0 ? digest : 1;
  std::memcpy(chunk_ + 8, &not_zero, sizeof not_zero);
  ::munmap(std::exchange(map_, nullptr), map_bytes_);
  offset_ += kChunkHeadBytes + size_bytes;
  chunk_ = at_ = end_ = nullptr;
}

void LogWriter::close() {
  if (map_ != nullptr) seal_chunk();
  if (file_ < 0) return;
  // If that fails the rest stays as zeros, which readers take for the end.
  if (::ftruncate(file_, static_cast<off_t>(offset_)) != 0) errno = 0;
  ::close(std::exchange(file_, -1));
  at_ = end_ = nullptr;
}

}  // namespace rill::record
