// How an entry looks in a recording: one function, which writes with one archive and reads with
// another, so that the two cannot differ.
//
// An entry is a byte - the kind in the lower four bits; above them the OpKind, or for a wait its
// mode and whether it was idle - and then its fields, as fields_of() lists them:
//   number    7 bits a byte, least first, the top bit set on all but the last (LEB128)
//   signed    a number: 2n for n >= 0, -2n-1 below (zigzag)
//   time      a number: nanoseconds since the last reading of the clock; that is never negative
//   distance  a number: how many submits ago
//   handle    slot and generation, two numbers
//   address   a byte: 0 none, 4 IPv4, 6 IPv6; then 4 or 16 bytes, the port as a number, and for
//             IPv6 the scope as a number
//   bytes     their count as a number, and they
#pragma once

#include "scheduler/record/entry.h"

namespace rill::record {

/// What both ends remember from entry to entry, to keep entries small.
struct CodecMemory {
  Instant time;               ///< the last reading of the clock
  std::uint64_t submits = 0;  ///< how many so far
};

template <class Archive>
void answer_fields(Archive& archive, Entry& entry) {
  switch (entry.op) {
    case OpKind::accept:
      archive.handle(entry.opened);
      archive.address(entry.address);
      break;
    case OpKind::connect:
      archive.handle(entry.opened);
      break;
    case OpKind::recv:
    case OpKind::read:
      archive.bytes(entry.bytes);
      break;
    case OpKind::send:
    case OpKind::write:
      archive.bytes(entry.bytes);
      if (entry.bytes.size() >= Entry::kShownBytes) archive.number(entry.digest);
      break;
    case OpKind::resolve:
      archive.addresses(entry.addresses);
      break;
    case OpKind::signal:
    case OpKind::send_file:
      break;
  }
}

template <class Archive>
void submit_fields(Archive& archive, Entry& entry) {
  switch (entry.op) {
    case OpKind::accept:
      archive.handle(entry.on);
      break;
    case OpKind::recv:
    case OpKind::send:
      archive.handle(entry.on);
      archive.number(entry.size_bytes);
      break;
    case OpKind::connect:
      archive.address(entry.address);
      break;
    case OpKind::resolve:
      archive.bytes(entry.name);
      archive.number(entry.size_bytes);
      break;
    case OpKind::read:
    case OpKind::write:
      archive.number(entry.number);
      archive.number(entry.size_bytes);
      break;
    case OpKind::signal:
      archive.number(entry.number);
      break;
    case OpKind::send_file:
      archive.handle(entry.on);
      archive.number(entry.number);
      archive.number(entry.size_bytes);
      break;
  }
}

template <class Archive>
void fields_of(Archive& archive, Entry& entry) {
  switch (entry.kind) {
    case EntryKind::none:
    case EntryKind::begin:
      break;
    case EntryKind::submit:
      submit_fields(archive, entry);
      ++archive.memory().submits;
      break;
    case EntryKind::complete:
      archive.distance(entry.number);
      archive.signed_number(entry.result);
      if (entry.result >= 0) answer_fields(archive, entry);
      break;
    case EntryKind::cancel:
      archive.distance(entry.number);
      break;
    case EntryKind::wait:
      if (entry.mode == WaitMode::until) archive.signed_number(entry.patience.ns);
      archive.time(entry.at);
      break;
    case EntryKind::now:
      archive.time(entry.at);
      break;
    case EntryKind::wall_clock:
      archive.signed_number(entry.result);
      break;
    case EntryKind::listen:
      archive.address(entry.address);
      archive.number(entry.size_bytes);
      archive.flag(entry.reuse_port);
      archive.signed_number(entry.result);
      archive.handle(entry.opened);
      archive.address(entry.told);
      break;
    case EntryKind::dispose:
    case EntryKind::close:
    case EntryKind::reset:
      archive.handle(entry.on);
      break;
    case EntryKind::shutdown_write:
      archive.handle(entry.on);
      archive.signed_number(entry.result);
      break;
    case EntryKind::local_address:
    case EntryKind::peer_address:
      archive.handle(entry.on);
      archive.address(entry.told);
      break;
    case EntryKind::end:
      archive.bytes(entry.bytes);
      break;
  }
}

/// The first byte of an entry, and back.
inline std::uint8_t tag_of(const Entry& entry) {
  unsigned high = static_cast<unsigned>(entry.op);
  if (entry.kind == EntryKind::wait)
    high = static_cast<unsigned>(entry.mode) | (entry.is_idle ? 4U : 0U);
  return static_cast<std::uint8_t>(static_cast<unsigned>(entry.kind) | high << 4);
}
inline bool read_tag(std::uint8_t tag, Entry& entry) {
  entry.kind = static_cast<EntryKind>(tag & 15);
  if (entry.kind == EntryKind::wait) {
    entry.mode = static_cast<WaitMode>(tag >> 4 & 3);
    entry.is_idle = (tag & 0x40) != 0;
    return (tag >> 4 & 3) <= 2 && tag < 0x80;
  }
  entry.op = static_cast<OpKind>(tag >> 4);
  return entry.kind != EntryKind::none && entry.op <= OpKind::send_file;
}

/// The most bytes that `entry` takes: the fixed fields of the longest kind, and what is as long as
/// it likes.
inline std::size_t most_bytes_of(const Entry& entry) {
  constexpr std::size_t kFixedBytes = 128;  // a tag, and at most ten numbers and two addresses
  constexpr std::size_t kAddressBytes = 32;
  return kFixedBytes + entry.bytes.size() + entry.name.size() +
         entry.addresses.size() * kAddressBytes;
}

}  // namespace rill::record
