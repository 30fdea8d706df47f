// See completion.h.
#include "scheduler/record/completion.h"

#include <cstring>

namespace rill::record {
namespace {

std::string_view view(const std::byte* data, std::int64_t size_bytes) {
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size_bytes)};
}

std::string_view moved_bytes(const Op& op) {
  if (op.result <= 0) return {};
  switch (op.kind) {
    case OpKind::recv: {
      const auto& recv = static_cast<const RecvOp&>(op);
      if (recv.data != nullptr) return view(recv.data, op.result);
      const std::string_view text = *recv.text;  // what came is at its end
      return text.substr(text.size() - static_cast<std::size_t>(op.result));
    }
    case OpKind::send:
      return view(static_cast<const SendOp&>(op).data, op.result);
    case OpKind::read:
    case OpKind::write:
      return view(static_cast<const FdOp&>(op).data, op.result);
    case OpKind::accept:
    case OpKind::connect:
    case OpKind::resolve:
    case OpKind::signal:
    case OpKind::send_file:  // its bytes were never here
      break;
  }
  return {};
}

/// Puts received bytes where the program wants them. False if they do not fit, so that a damaged
/// recording cannot write anywhere else.
bool put_bytes(std::byte* to, std::size_t room_bytes, const Entry& recorded) {
  if (recorded.bytes.size() != static_cast<std::uint64_t>(recorded.result) ||
      recorded.bytes.size() > room_bytes) {
    return false;
  }
  if (to != nullptr && !recorded.bytes.empty())
    std::memcpy(to, recorded.bytes.data(), recorded.bytes.size());
  return true;
}

}  // namespace

bool answer_op(Op& op, const Entry& recorded) {
  if (recorded.op != op.kind) return false;
  op.result = recorded.result;
  if (recorded.result < 0) return true;
  switch (op.kind) {
    case OpKind::accept:
      static_cast<AcceptOp&>(op).accepted = recorded.opened;
      static_cast<AcceptOp&>(op).peer = recorded.address;
      return true;
    case OpKind::connect:
      static_cast<ConnectOp&>(op).connected = recorded.opened;
      return true;
    case OpKind::recv: {
      auto& recv = static_cast<RecvOp&>(op);
      if (!put_bytes(recv.data, recv.size_bytes, recorded)) return false;
      if (recv.data == nullptr) recv.text->append(recorded.bytes);
      return true;
    }
    case OpKind::read: {
      auto& read = static_cast<FdOp&>(op);
      return put_bytes(read.data, read.size_bytes, recorded);
    }
    case OpKind::send:
      return static_cast<std::uint64_t>(recorded.result) <= static_cast<SendOp&>(op).size_bytes;
    case OpKind::write:
      return static_cast<std::uint64_t>(recorded.result) <= static_cast<FdOp&>(op).size_bytes;
    case OpKind::send_file:
      return static_cast<std::uint64_t>(recorded.result) <= static_cast<SendFileOp&>(op).size_bytes;
    case OpKind::resolve:
      static_cast<ResolveOp&>(op).addresses = recorded.addresses;
      return true;
    case OpKind::signal:
      return true;
  }
  return false;
}

Entry completion_entry(const Op& op, std::uint64_t number, std::string_view& moved) {
  Entry entry;
  entry.kind = EntryKind::complete;
  entry.op = op.kind;
  entry.on = op.on;
  entry.number = number;
  entry.result = op.result;
  moved = moved_bytes(op);
  if (!moved.empty()) entry.digest = digest_bytes(moved.data(), moved.size());
  entry.bytes = moved;
  if (op.kind == OpKind::send || op.kind == OpKind::write)
    entry.bytes = moved.substr(0, Entry::kShownBytes);
  if (op.result < 0) return entry;
  if (op.kind == OpKind::accept) {
    entry.opened = static_cast<const AcceptOp&>(op).accepted;
    entry.address = static_cast<const AcceptOp&>(op).peer;
  } else if (op.kind == OpKind::connect) {
    entry.opened = static_cast<const ConnectOp&>(op).connected;
  } else if (op.kind == OpKind::resolve) {
    entry.addresses = static_cast<const ResolveOp&>(op).addresses;
  }
  return entry;
}

Entry wait_entry(Instant deadline, Instant last) {
  Entry entry;
  entry.kind = EntryKind::wait;
  if (deadline == Instant::never()) {
    entry.mode = WaitMode::for_ever;
  } else if (deadline > last) {
    entry.mode = WaitMode::until;
    entry.patience = deadline - last;
  }
  return entry;
}

Entry listen_entry(const Address& at, const ListenOptions& options) {
  Entry entry;
  entry.kind = EntryKind::listen;
  entry.address = at;
  entry.size_bytes = static_cast<std::uint32_t>(options.backlog);
  entry.reuse_port = options.reuse_port;
  return entry;
}

Handle opened_by(const Op& op) {
  if (op.result < 0) return {};
  if (op.kind == OpKind::accept) return static_cast<const AcceptOp&>(op).accepted;
  if (op.kind == OpKind::connect) return static_cast<const ConnectOp&>(op).connected;
  return {};
}

void tell_trace(Trace& trace, const Entry& entry, std::string_view moved) {
  switch (entry.kind) {
    case EntryKind::complete:
      if (entry.result < 0) return;  // the scheduler tells how each operation ends
      if (entry.op == OpKind::recv || entry.op == OpKind::read)
        return trace.record_bytes(EventKind::recv, entry.on.slot, moved, entry.digest);
      if (entry.op == OpKind::send || entry.op == OpKind::write)
        return trace.record_bytes(EventKind::send, entry.on.slot, moved, entry.digest);
      if (entry.op == OpKind::send_file)
        return trace.record(EventKind::send, entry.on.slot,
                            static_cast<std::uint64_t>(entry.result));
      if (entry.op == OpKind::accept)
        return trace.record(EventKind::accept, entry.opened.slot, entry.on.slot);
      if (entry.op == OpKind::connect)
        return trace.record(EventKind::established, entry.opened.slot);
      if (entry.op == OpKind::resolve)
        return trace.record(EventKind::resolve, entry.addresses.size());
      return;
    case EntryKind::wait:
    case EntryKind::now:
      return trace.set_time(entry.at);
    case EntryKind::listen:
      return trace.record(EventKind::listen, entry.opened.slot, entry.told.port);
    case EntryKind::shutdown_write:
      return trace.record(EventKind::shutdown, entry.on.slot);
    case EntryKind::close:
    case EntryKind::dispose:
      return trace.record(EventKind::close, entry.on.slot);
    case EntryKind::reset:
      return trace.record(EventKind::reset, entry.on.slot);
    case EntryKind::wall_clock:
      return trace.record(EventKind::note, static_cast<std::uint64_t>(entry.result));
    case EntryKind::none:
    case EntryKind::begin:
    case EntryKind::submit:
    case EntryKind::cancel:
    case EntryKind::local_address:
    case EntryKind::peer_address:
    case EntryKind::end:
      return;
  }
}

}  // namespace rill::record
