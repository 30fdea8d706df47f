// Sequence numbers, handshakes and goodbyes. See conversation.h.
#include "scheduler/export/conversation.h"

#include <algorithm>

#include "scheduler/export/endpoint.h"

namespace rill::exports {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

// More than any connection has; less than what would overflow.
constexpr std::uint64_t kMostOffset = std::uint64_t{1} << 48;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;  // of one event

constexpr std::string_view kGuessed = "the kernel's; it left before this";
constexpr std::string_view kOtherProcess = "by another process: it may have left earlier";

bool is_absurd(const Record& record) {
  return record.offset > kMostOffset || record.bytes > kMostBytes;
}

bool is_of_connection(const Record& record) { return record.conn != 0 && record.end != End::none; }

}  // namespace

Conversations::Conversations(const trace::Log& log, Sink sink)
    : is_simulated_(log.header.world == "sim"), sink_(std::move(sink)) {
  for (const Record& record : log.records) {
    if (is_of_connection(record) && record.kind != Kind::block) learn(record);
  }
  for (const Record& record : log.records) {  // what another process sent, only its reader tells
    if (!is_of_connection(record) || record.kind != Kind::recv || is_absurd(record)) continue;
    Side& sender = peer(connections_[record.conn], record.end);
    if (!sender.is_told) sender.bytes.add(record);
  }
  for (auto& [number, connection] : connections_) {
    connection.a.bytes.sort();
    connection.b.bytes.sort();
    connection.a.first_sequence = static_cast<std::uint32_t>(number * 1'000'000);
    connection.b.first_sequence = connection.a.first_sequence + 500'000;
    find_address(number, connection, End::b);
    find_address(number, connection, End::a);
  }
}

Conversations::Side& Conversations::side(Connection& connection, End end) {
  return end == End::a ? connection.a : connection.b;
}

Conversations::Side& Conversations::peer(Connection& connection, End end) {
  return side(connection, other(end));
}

/// What is needed before the first packet: addresses, bytes, who is there.
void Conversations::learn(const Record& record) {
  Connection& connection = connections_[record.conn];
  side(connection, record.end).is_told = true;
  if (record.kind == Kind::send && !is_absurd(record)) {
    side(connection, record.end).bytes.add(record);
  }
  auto& [from, to] = addresses_[record.conn];
  if (!endpoint(from)) from = record.from;
  if (!endpoint(to)) to = record.to;
}

/// Of b first, which every connect knows.
void Conversations::find_address(std::uint64_t number, Connection& connection, End end) {
  const auto& [from, to] = addresses_[number];
  const std::optional<Address> known = endpoint(end == End::a ? from : to);
  const Address& with = peer(connection, end).address;
  if (known && (with.family == Address::Family::none || with.family == known->family)) {
    side(connection, end).address = *known;
    return;
  }
  // RFC 5737 and RFC 3849 keep these for documentation.
  ++invented_;
  const std::uint8_t last = end == End::a ? 1 : 2;
  const auto port = static_cast<std::uint16_t>(end == End::a ? 49152 + number % 16384 : 9);
  Address address = Address::ipv4(192, 0, 2, last, port);
  if (with.family == Address::Family::ipv6) {
    address = *Address::parse(end == End::a ? "2001:db8::1" : "2001:db8::2", port);
  }
  side(connection, end).address = address;
}

void Conversations::emit(const Record& event, Side& from, Side& to, std::uint8_t flags,
                         std::string_view remark) {
  const std::uint64_t ours = (flags & kSyn) != 0 ? 0 : 1 + from.left + (from.has_fin ? 1 : 0);
  SeenPacket seen{event, {}, nullptr, 0, remark};
  seen.packet.from = from.address;
  seen.packet.to = to.address;
  seen.packet.flags = flags;
  seen.packet.sequence = from.first_sequence + static_cast<std::uint32_t>(ours);
  seen.packet.acknowledged =
      to.first_sequence + static_cast<std::uint32_t>(1 + from.arrived + (from.got_fin ? 1 : 0));
  hand_on(seen);
}

void Conversations::hand_on(const SeenPacket& seen) {
  if (is_full_) return;
  is_full_ = !sink_(seen);
  if (!is_full_) ++emitted_;
}

void Conversations::emit_data(const Record& event, Side& from, Side& to, std::uint64_t offset,
                              std::uint64_t size_bytes, std::string_view remark) {
  for (std::uint64_t done = 0; done < size_bytes && !is_full_;) {
    const std::uint64_t part = std::min<std::uint64_t>(size_bytes - done, kMostPayloadBytes);
    const std::uint64_t at = offset + done;
    SeenPacket seen{event, {}, from.bytes.source(at), 0, remark};
    const std::string payload = from.bytes.bytes(at, part, seen.unknown_bytes);
    seen.packet.from = from.address;
    seen.packet.to = to.address;
    seen.packet.flags = kAck | kPsh;
    seen.packet.sequence = from.first_sequence + static_cast<std::uint32_t>(1 + at);
    seen.packet.acknowledged =
        to.first_sequence + static_cast<std::uint32_t>(1 + from.arrived + (from.got_fin ? 1 : 0));
    seen.packet.payload = payload;
    hand_on(seen);
    done += part;
  }
  from.left = std::max(from.left, offset + size_bytes);
}

/// `from` has everything of `to` up to `arrived`, and says so if that is news.
void Conversations::acknowledge(const Record& event, Side& from, Side& to, std::uint64_t arrived) {
  arrived = std::min(arrived, to.left);
  if (arrived <= from.arrived) return;
  from.arrived = arrived;
  emit(event, from, to, kAck);
}

/// All that had to happen before `event`.
void Conversations::shake_hands(const Record& event, Connection& connection) {
  if (connection.is_established) return;
  connection.is_established = true;
  const std::string_view remark = is_simulated_ || connection.a.is_told ? kGuessed : kOtherProcess;
  if (!connection.a.has_syn) emit(event, connection.a, connection.b, kSyn, remark);
  emit(event, connection.b, connection.a, kSyn | kAck, remark);
  emit(event, connection.a, connection.b, kAck);
  connection.a.has_syn = connection.b.has_syn = true;
}

/// A FIN; once more, if it has left before.
void Conversations::finish(const Record& event, Side& from, Side& to, std::string_view remark) {
  from.has_fin = false;  // the FIN is behind the bytes, not behind itself
  emit(event, from, to, kFin | kAck, remark);
  from.has_fin = true;
}

bool Conversations::take(const Record& record) {
  const auto found = connections_.find(record.conn);
  if (!is_of_connection(record) || found == connections_.end() || is_full_) return false;
  if (is_absurd(record)) {
    ++absurd_;
    return false;
  }
  const std::uint64_t before = emitted_;
  take_common(record, found->second);
  if (is_simulated_) {
    take_simulated(record, found->second);
  } else {
    take_real(record, found->second);
  }
  const bool is_within_others = record.kind == Kind::send || record.kind == Kind::lost;
  return emitted_ > before || (is_simulated_ && is_within_others);
}

void Conversations::take_common(const Record& record, Connection& connection) {
  switch (record.kind) {
    case Kind::connect:
      if (connection.is_established) return;
      emit(record, connection.a, connection.b, kSyn);
      connection.a.has_syn = true;
      connection.b.has_rst = false;  // another attempt, which may be refused as well
      return;
    case Kind::established:
    case Kind::accept:
      return shake_hands(record, connection);
    case Kind::refuse:
    case Kind::reset: {
      const bool is_refusal = record.kind == Kind::refuse;
      Side& from = is_refusal ? connection.b : peer(connection, record.end);
      if (from.has_rst) return;  // it arrives; that it left was told
      from.has_rst = true;
      return emit(record, from, from.address == connection.a.address ? connection.b : connection.a,
                  kRst | kAck);
    }
    default:
      return;
  }
}

void Conversations::take_simulated(const Record& record, Connection& connection) {
  Side& here = side(connection, record.end);
  Side& there = peer(connection, record.end);
  switch (record.kind) {
    case Kind::segment:
      shake_hands(record, connection);
      return emit_data(record, here, there, record.offset, record.bytes);
    case Kind::deliver:
      if (record.offset > here.arrived) return;  // a hole: nothing new can be confirmed
      return acknowledge(record, here, there, record.offset + record.bytes);
    case Kind::shutdown:
      shake_hands(record, connection);
      return finish(record, here, there);
    case Kind::end_of_stream:
      if (here.got_fin) return;
      if (!there.has_fin) finish(record, there, here, kGuessed);
      here.got_fin = true;
      return emit(record, here, there, kAck);
    default:
      return;
  }
}

/// The program's calls stand for the packets. A peer that is told of answers by its own calls, any
/// other at once.
void Conversations::take_real(const Record& record, Connection& connection) {
  Side& here = side(connection, record.end);
  Side& there = peer(connection, record.end);
  switch (record.kind) {
    case Kind::send: {
      shake_hands(record, connection);
      const std::uint64_t end = record.offset + record.bytes;
      const std::uint64_t from = std::max(record.offset, here.left);
      if (end > from) emit_data(record, here, there, from, end - from);
      if (!there.is_told) acknowledge(record, there, here, end);
      return;
    }
    case Kind::recv: {
      shake_hands(record, connection);
      const std::uint64_t end = record.offset + record.bytes;
      if (end > there.left) {
        // They are another process's, or of a send that is told only later.
        const std::uint64_t from = std::max(record.offset, there.left);
        emit_data(record, there, here, from, end - from, there.is_told ? "" : kOtherProcess);
      }
      return acknowledge(record, here, there, end);
    }
    case Kind::shutdown:
    case Kind::close:
      if (!connection.is_established || here.has_fin || here.has_rst || there.has_rst) return;
      finish(record, here, there);
      if (there.is_told || there.got_fin) return;
      there.got_fin = true;
      return emit(record, there, here, kAck, kOtherProcess);
    case Kind::end_of_stream:
      if (!connection.is_established || here.got_fin) return;
      if (!there.has_fin) finish(record, there, here, there.is_told ? "" : kOtherProcess);
      here.got_fin = true;
      return emit(record, here, there, kAck);
    default:
      return;
  }
}

}  // namespace rill::exports
