// See real_world.h.
#include "tests/differential/real_world.h"

#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

#include "net/posix/socket_address.h"
#include "tests/differential/kernel_world.h"

namespace rill::differential {
namespace {

thread_local bool buffers_are_small = false;

int open_socket(int domain, int type, int protocol) {
  const int fd = ::socket(domain, type, protocol);
  if (fd >= 0 && buffers_are_small) KernelWorld::make_buffers_small(fd);
  return fd;
}

const Syscalls& syscalls() {
  static const Syscalls table = [] {
    Syscalls calls = kernel_syscalls;
    calls.socket = open_socket;
    return calls;
  }();
  return table;
}

std::unique_ptr<Backend> make(testing::RealBackend kind, const Script& script) {
  buffers_are_small = script.small_buffers;
  const testing::On on(kind);
  return testing::make_real_backend({.syscalls = &syscalls(), .names = {}});
}

}  // namespace

Script playable(Script script) {
  std::erase_if(script.operations, [](const Operation& operation) {
    switch (operation.kind) {
      case Kind::accept_bare:
      case Kind::recv_on_listener:
      case Kind::send_on_listener:
      case Kind::accept_on_end:
        return true;
      default:
        return false;
    }
  });
  // Rill's listeners take IPv6 only, also on "::".
  if (script.family == Family::dual) script.family = Family::ipv6;
  return script;
}

RealWorld::RealWorld(testing::RealBackend kind, const Script& script)
    : RealWorld(make(kind, script), script) {}

RealWorld::RealWorld(std::unique_ptr<Backend> backend, const Script& script)
    : BackendWorld(*backend, script.family), backend_(std::move(backend)) {
  SocketAddress name(listening_address(0));
  nobody_ = Descriptor(::socket(name.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::bind(nobody_.get(), name.get(), name.size_bytes) != 0 ||
      ::getsockname(nobody_.get(), name.get(), &name.size_bytes) != 0) {
    throw std::runtime_error("no port for nobody");
  }
  nobodys_port_ = name.address().port;
}

RealWorld::~RealWorld() {
  give_up_everything();
  reset_everything();
}

void RealWorld::settle() {
  constexpr int kRounds = 3;  // what arrives makes the backend send, which arrives, ...
  for (int round = 0; round < kRounds; ++round) {
    KernelWorld::settle_loopback();
    look();
  }
}

void RealWorld::look() {
  front_.wait(Instant{});
  take_completed();
}

void RealWorld::take_away_descriptors() { descriptors_ = KernelWorld::take_away_all_descriptors(); }

void RealWorld::give_back_descriptors() { setrlimit(RLIMIT_NOFILE, &descriptors_); }

}  // namespace rill::differential
