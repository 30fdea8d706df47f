// Entries made from calls, compared, and told to people. See entry.h.
#include "scheduler/record/entry.h"

namespace rill::record {
namespace {

std::string socket_text(Handle socket) { return "socket " + std::to_string(socket.slot); }

std::string bytes_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string describe_submit(const Entry& entry) {
  switch (entry.op) {
    case OpKind::accept:
      return "accept on " + socket_text(entry.on);
    case OpKind::connect:
      return "connect to " + to_string(entry.address);
    case OpKind::recv:
      return "recv of up to " + bytes_text(entry.size_bytes) + " on " + socket_text(entry.on);
    case OpKind::send: {
      std::string text = "send of " + bytes_text(entry.size_bytes);
      if (!entry.bytes.empty())
        text += " " + quoted_bytes(entry.bytes, entry.size_bytes > entry.bytes.size());
      return text + " on " + socket_text(entry.on);
    }
    case OpKind::resolve:
      return "resolve of '" + std::string(entry.name) + "' for port " +
             std::to_string(entry.size_bytes);
    case OpKind::read:
      return "read of up to " + bytes_text(entry.size_bytes) + " from descriptor " +
             std::to_string(entry.number);
    case OpKind::write:
      return "write of " + bytes_text(entry.size_bytes) + " to descriptor " +
             std::to_string(entry.number);
    case OpKind::send_file:
      return "send of " + bytes_text(entry.size_bytes) + " of a file, from byte " +
             std::to_string(entry.number) + ", on " + socket_text(entry.on);
    case OpKind::signal:
      break;
  }
  std::string text;
  for (int number = 1; number <= 64; ++number) {
    if ((entry.number >> (number - 1) & 1) != 0) text += " " + std::to_string(number);
  }
  return "wait for a signal of" + text;
}

std::string describe_wait(const Entry& entry) {
  switch (entry.mode) {
    case WaitMode::poll:
      return "a look for what has completed, while tasks are ready";
    case WaitMode::until:
      return "wait of up to " + to_string(entry.patience);
    case WaitMode::for_ever:
      break;
  }
  return "wait without a deadline";
}

}  // namespace

bool same_call(const Entry& recorded, const Entry& program) {
  if (recorded.kind != program.kind) return false;
  switch (recorded.kind) {
    case EntryKind::submit:
      return recorded.op == program.op && recorded.on == program.on &&
             recorded.number == program.number && recorded.size_bytes == program.size_bytes &&
             recorded.address == program.address && recorded.name == program.name;
    case EntryKind::cancel:
      return recorded.number == program.number;
    case EntryKind::wait:
      return recorded.mode == program.mode && recorded.patience == program.patience;
    case EntryKind::listen:
      return recorded.address == program.address && recorded.size_bytes == program.size_bytes &&
             recorded.reuse_port == program.reuse_port;
    case EntryKind::dispose:
    case EntryKind::close:
    case EntryKind::reset:
    case EntryKind::shutdown_write:
    case EntryKind::local_address:
    case EntryKind::peer_address:
      return recorded.on == program.on;
    case EntryKind::none:
    case EntryKind::begin:
    case EntryKind::complete:
    case EntryKind::now:
    case EntryKind::wall_clock:
    case EntryKind::end:
      break;
  }
  return true;
}

Entry submit_entry(const Op& op) {
  Entry entry;
  entry.kind = EntryKind::submit;
  entry.op = op.kind;
  switch (op.kind) {
    case OpKind::accept:
      entry.on = op.on;
      break;
    case OpKind::recv:
      entry.on = op.on;
      entry.size_bytes = static_cast<const RecvOp&>(op).size_bytes;
      break;
    case OpKind::send:
      entry.on = op.on;
      entry.size_bytes = static_cast<const SendOp&>(op).size_bytes;
      break;
    case OpKind::connect:
      entry.address = static_cast<const ConnectOp&>(op).to;
      break;
    case OpKind::resolve:
      entry.name = static_cast<const ResolveOp&>(op).name;
      entry.size_bytes = static_cast<const ResolveOp&>(op).port;
      break;
    case OpKind::read:
    case OpKind::write:
      entry.number = static_cast<std::uint32_t>(static_cast<const FdOp&>(op).fd);
      entry.size_bytes = static_cast<const FdOp&>(op).size_bytes;
      break;
    case OpKind::signal:
      entry.number = static_cast<const SignalOp&>(op).mask;
      break;
    case OpKind::send_file:
      entry.on = op.on;
      entry.number = static_cast<const SendFileOp&>(op).offset;
      entry.size_bytes = static_cast<const SendFileOp&>(op).size_bytes;
      break;
  }
  return entry;
}

std::string describe(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::none:
      break;
    case EntryKind::begin:
      return "the beginning of a run";
    case EntryKind::submit:
      return describe_submit(entry);
    case EntryKind::complete:
      return std::string(to_string(entry.op)) + " number " + std::to_string(entry.number) +
             " comes back";
    case EntryKind::cancel:
      return "the end of waiting for operation " + std::to_string(entry.number);
    case EntryKind::dispose:
      return "a new connection given up, " + socket_text(entry.on);
    case EntryKind::wait:
      return describe_wait(entry);
    case EntryKind::now:
      return "a look at the clock";
    case EntryKind::wall_clock:
      return "a look at the wall clock";
    case EntryKind::listen:
      return "listen on " + to_string(entry.address);
    case EntryKind::close:
      return "close of " + socket_text(entry.on);
    case EntryKind::reset:
      return "reset of " + socket_text(entry.on);
    case EntryKind::shutdown_write:
      return "shutdown_write of " + socket_text(entry.on);
    case EntryKind::local_address:
      return "the local address of " + socket_text(entry.on);
    case EntryKind::peer_address:
      return "the peer's address of " + socket_text(entry.on);
    case EntryKind::end:
      return "the end of the run";
  }
  return "nothing";
}

std::string quoted_bytes(std::string_view bytes, bool has_more) {
  std::string text = "\"";
  for (const char c : bytes) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (c >= 0x20 && c < 0x7F) {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += "\\x";
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
  }
  return text + (has_more ? "...\"" : "\"");
}

}  // namespace rill::record
