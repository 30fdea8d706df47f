// See fd.h.
#include "net/fd.h"

#include "net/net_error.h"

namespace rill {
namespace {

std::string call_text(const FdOp& op) {
  return (op.kind == OpKind::read ? "read of descriptor " : "write to descriptor ") +
         std::to_string(op.fd);
}

std::size_t count_or_throw(const FdOp& op) {
  if (op.result < 0) throw NetError(call_text(op), "", static_cast<int>(-op.result));
  return static_cast<std::size_t>(op.result);
}

}  // namespace

FdRead::FdRead(int fd, std::size_t most_bytes) : Operation(OpKind::read), text_(most_bytes, '\0') {
  op_.fd = fd;
  op_.size_bytes = most_bytes;
  // The awaiter is made where it stays: in the awaiting frame.
  op_.data = reinterpret_cast<std::byte*>(text_.data());
}

std::string FdRead::await_resume() {
  consume();
  text_.resize(count_or_throw(op_));
  return std::move(text_);
}

WaitReport FdRead::report() const { return {.text = call_text(op_), .what = "read"}; }

FdWrite::FdWrite(int fd, std::string_view bytes) : Operation(OpKind::write) {
  op_.fd = fd;
  op_.size_bytes = bytes.size();
  op_.data = const_cast<std::byte*>(reinterpret_cast<const std::byte*>(bytes.data()));
}

std::size_t FdWrite::await_resume() {
  consume();
  return count_or_throw(op_);
}

WaitReport FdWrite::report() const { return {.text = call_text(op_), .what = "write"}; }

Task<> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t written = co_await write(fd, bytes);
    bytes.remove_prefix(written);
  }
}

}  // namespace rill
