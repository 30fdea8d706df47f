// What the tests of the io_uring backend alone share.
#pragma once

#include <string>

#include "tests/real/workbench.h"

/// A test that runs on io_uring alone.
#define RILL_ON_URING(sentence) \
  RILL_ON_URING_NAMED(INTERNAL_RILL_JOIN(on_uring_, __LINE__), sentence)
#define RILL_ON_URING_NAMED(name, sentence) \
  static void name();                       \
  TEST_CASE(sentence) {                     \
    if (!has_uring()) return;               \
    const On uring(RealBackend::uring);     \
    name();                                 \
  }                                         \
  static void name()

namespace rill::testing {

struct Receiver {
  explicit Receiver(Handle from, std::size_t most_bytes = 100) {
    op.on = from;
    op.text = &text;
    op.size_bytes = most_bytes;
  }
  RecvOp op;
  std::string text;
};

struct Sender {
  Sender(Handle to, const std::string& bytes) {
    op.on = to;
    op.data = reinterpret_cast<const std::byte*>(bytes.data());
    op.size_bytes = bytes.size();
  }
  SendOp op;
};

/// The backend's descriptor of a connection whose other end is `peer`.
inline int descriptor_of(const Peer& peer) {
  for (int fd = 3; fd < 256; ++fd) {
    SocketAddress name;
    if (fd == peer.fd() || ::getpeername(fd, name.get(), &name.size_bytes) != 0) continue;
    if (name.address() == peer.address()) return fd;
  }
  return -1;
}

/// From now on the kernel receives for `socket` by itself.
inline void arm(Workbench& bench, Handle socket, const Peer& peer) {
  Receiver first(socket);
  bench.start(first.op);
  peer.send("first");
  REQUIRE(bench.ends(first.op));
}

}  // namespace rill::testing
