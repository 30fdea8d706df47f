// Output of programs in both worlds. See say.h.
#include "lessons/common/say.h"

#include <unistd.h>

#include <cstdio>

#include "lessons/common/console.h"
#include "net/posix/foreign_transfer.h"
#include "scheduler/scheduler.h"

namespace rill::lesson {
namespace {

/// The scheduler of a simulated run on this thread; null on real sockets and outside run().
Scheduler* simulated() {
  if (!Scheduler::is_running()) return nullptr;
  Scheduler& scheduler = Scheduler::current("say()");
  return scheduler.backend().is_simulated() ? &scheduler : nullptr;
}

void replace(std::string& text, std::string_view what, const std::string& by) {
  const std::size_t at = text.find(what);
  if (at != text.npos) text.replace(at, what.size(), by);
}

/// So much of `text` as there is room for now. The descriptor may block: that is up to its owner.
void put_now(int fd, std::string text) {
  for (std::size_t written = 0; written < text.size();) {
    FdOp op(OpKind::write);
    op.fd = fd;
    op.data = reinterpret_cast<std::byte*>(text.data()) + written;
    op.size_bytes = text.size() - written;
    const std::int64_t more = transfer(kernel_syscalls, op);
    if (more <= 0) return;
    written += static_cast<std::size_t>(more);
  }
}

}  // namespace

Console& console() {
  thread_local Console console;
  return console;
}

void print(std::string_view text) {
  if (console().is_silent) return;
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void complain(std::string_view name, std::string_view text) {
  std::fflush(stdout);
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(name.size()), name.data(),
               static_cast<int>(text.size()), text.data());
}

void say(std::string_view line) {
  if (Scheduler* scheduler = simulated()) {
    Trace& trace = scheduler->context().trace;
    if (trace.enabled()) trace.record_bytes(EventKind::note, 0, line);
  } else if (!console().is_quiet) {
    print(std::string(line) + "\n");
  }
}

void mention(std::string_view line) {
  if (simulated() != nullptr) return say(line);
  if (console().is_quiet || console().is_silent) return;
  put_now(STDOUT_FILENO, std::string(line) + "\n");
}

void report(std::string_view line) {
  const std::string ended = std::string(line) + "\n";
  if (simulated() != nullptr) {
    console().reported += ended;
  } else {
    print(ended);
  }
}

void warn(std::string_view line) {
  if (simulated() != nullptr) return say(line);
  put_now(STDERR_FILENO, console().name + ": " + std::string(line) + "\n");
}

void announce_listening(const Address& address) {
  if (simulated() == nullptr) {
    print("listening on " + to_string(address) + "\n");
    std::string hint = console().hint;
    const bool is_any = address.bytes == decltype(address.bytes){};
    const std::string port = std::to_string(address.port);
    replace(hint, "{address}", is_any ? "localhost:" + port : to_string(address));
    replace(hint, "{host}", is_any ? "localhost" : address.host_text());
    replace(hint, "{port}", port);
    if (!hint.empty()) say(hint);
  }
  console().port = address.port;
  if (console().listening != nullptr) console().listening->set();
}

}  // namespace rill::lesson
