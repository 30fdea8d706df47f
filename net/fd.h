// read and write on descriptors of the operating system: pipes, terminals, files.
//
//   std::string line = co_await read(0, 4096);   // what was typed; "" at end of file
//   co_await write_all(1, "hello\n");
//
// Ownership: the descriptor stays the program's, which must keep it open during the call; its
// blocking mode is neither asked for nor changed. Suspension: one step at least; other tasks go on
// meanwhile, except while a regular file waits for the disk. Errors: NetError (EBADF; EPIPE when
// nobody reads, and no SIGPIPE; ENOSYS in the simulator, where there is no operating system).
// Kill: bytes that a killed read had taken are lost, unlike with Connection.
#pragma once

#include <string>
#include <string_view>

#include "scheduler/operation.h"
#include "scheduler/task.h"

namespace rill {

class [[nodiscard("read() does nothing until it is awaited")]] FdRead final
    : public Operation<FdOp> {
 public:
  FdRead(int fd, std::size_t most_bytes);
  std::string await_resume();
  WaitReport report() const override;

 private:
  std::string text_;
};

class [[nodiscard("write() does nothing until it is awaited")]] FdWrite final
    : public Operation<FdOp> {
 public:
  FdWrite(int fd, std::string_view bytes);
  std::size_t await_resume();
  WaitReport report() const override;
};

/// Up to `most_bytes` bytes, as soon as there are any; "" only at end of file. Holds a buffer of
/// that size while it waits.
inline FdRead read(int fd, std::size_t most_bytes) { return {fd, most_bytes}; }

/// Writes some of `bytes`, at least one if there are any, and gives how many. They must outlive the
/// call.
inline FdWrite write(int fd, std::string_view bytes) { return {fd, bytes}; }

/// Writes all of `bytes`, which must outlive the call.
Task<> write_all(int fd, std::string_view bytes);

}  // namespace rill
