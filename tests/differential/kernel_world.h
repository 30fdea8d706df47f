// The kernel's own TCP over loopback: raw non-blocking system calls, nothing of Rill in between.
//
// A call that waits is what a program with poll(2) makes of it: tried again once poll says so. How
// the network settles: loopback hands packets over in the order of sending, on the processor that
// sends them; so when a datagram to oneself has come back, everything sent before it has arrived.
// Three of those also cover what the arrivals made the kernel send. Nothing here sleeps.
#pragma once

#include <sys/resource.h>

#include "tests/differential/descriptor.h"
#include "tests/differential/world.h"

namespace rill::differential {

class KernelWorld final : public World {
 public:
  explicit KernelWorld(const Script& script);
  /// Whether this machine has ::1. Without it, scripts are about IPv4 only.
  static bool has_ipv6();
  /// Resets what is still open, so that no pair of ports stays in TIME_WAIT.
  ~KernelWorld() override;

  // For other worlds on the same kernel.

  static void settle_loopback();
  /// No descriptor is left until the limit that was is set again.
  static rlimit take_away_all_descriptors();
  /// SO_SNDBUF and SO_RCVBUF, before the socket connects or listens.
  static void make_buffers_small(int fd);

 protected:
  void settle() override { settle_loopback(); }
  std::int64_t listen(int listener, Kind how, int backlog) override;
  void close_listener(int listener) override;
  void start_connect(int end, int listener) override;
  std::int64_t accept(int listener) override;
  Address accepted_peer() override { return accepted_peer_; }
  void adopt_accepted(int end) override;
  std::int64_t send(int end, std::span<const std::byte> bytes) override;
  std::int64_t recv(int end, std::span<std::byte> to) override;
  int shutdown_write(int end) override;
  void close(int end) override;
  void reset(int end) override;
  Address local_address(int end) override;
  Address peer_address(int end) override;
  std::int64_t misuse(Kind kind, int on) override;
  void take_away_descriptors() override;
  void give_back_descriptors() override;
  void start_accept(int listener) override;
  void start_send(int end, std::span<const std::byte> bytes) override;
  void start_recv(int end, std::span<std::byte> to) override;
  std::optional<std::int64_t> finished(Call call, int on) override;
  std::int64_t cancel(Call call, int on) override;

 private:
  struct Listener {
    Descriptor socket;
    Descriptor
        reservation;  // bound to the port of the closed listener, so that nobody else gets it
    std::uint16_t port = 0;
  };
  struct End {
    Descriptor socket;
    std::int64_t connected = 0;        // what connect(2) said
    std::optional<std::int64_t> sent;  // by a start_send that had no need to wait
    std::span<const std::byte> outgoing;
    std::span<std::byte> incoming;
  };
  End& at(int end) { return ends_[static_cast<std::size_t>(end)]; }
  Listener& listener(int number) { return listeners_[static_cast<std::size_t>(number)]; }
  Descriptor new_socket(const Address& to_be_used_with) const;

  bool small_buffers_;
  std::array<Listener, kListeners> listeners_;
  std::array<End, kEnds> ends_;
  Descriptor nobody_;  // bound, but does not listen
  std::uint16_t nobodys_port_ = 0;
  Descriptor accepted_;
  Address accepted_peer_;
  rlimit descriptors_{};
};

}  // namespace rill::differential
