// The simulated network as a world: operations of the backend, submitted and polled, without a
// scheduler. An operation that is still in flight once submitted would wait: it is cancelled, and
// -EAGAIN is what it replied.
#pragma once

#include "simnet/network.h"
#include "tests/differential/world.h"

namespace rill::differential {

/// Buffers about as large as the kernel's are under the small SO_SNDBUF and SO_RCVBUF.
simnet::NetworkOptions network_options(const Script& script);

class SimWorld final : public World {
 public:
  /// `front` is the network itself, or something that distorts it (mutants.h).
  SimWorld(simnet::Network& network, Backend& front, const Script& script)
      : World(script.family),
        network_(network),
        front_(front),
        usual_(network_options(script).host) {}
  ~SimWorld() override;

 protected:
  void settle() override;
  std::int64_t listen(int listener, Kind how, int backlog) override;
  void close_listener(int listener) override;
  void start_connect(int end, int listener) override;
  std::int64_t accept(int listener) override;
  Address accepted_peer() override { return accepted_peer_; }
  void adopt_accepted(int end) override;
  std::int64_t send(int end, std::span<const std::byte> bytes) override;
  std::int64_t recv(int end, std::span<std::byte> to) override;
  int shutdown_write(int end) override { return front_.shutdown_write(at(end).socket); }
  void close(int end) override;
  void reset(int end) override;
  Address local_address(int end) override { return front_.local_address(at(end).socket); }
  Address peer_address(int end) override { return front_.peer_address(at(end).socket); }
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
    Handle socket;
    std::uint16_t port = 0;
    AcceptOp accept;
  };
  struct End {
    Handle socket;
    ConnectOp connect;
    SendOp send;
    RecvOp recv;
  };
  End& at(int end) { return ends_[static_cast<std::size_t>(end)]; }
  Listener& listener(int number) { return listeners_[static_cast<std::size_t>(number)]; }
  Op& operation(Call call, int on);
  void submit(Op& op);
  void give_up(Op& op);
  std::int64_t attempt(Op& op);
  std::int64_t accepted(int listener, std::int64_t result);

  simnet::Network& network_;
  Backend& front_;
  simnet::HostOptions usual_;
  std::array<Listener, kListeners> listeners_;
  std::array<End, kEnds> ends_;
  std::uint16_t next_port_ = 1000;
  Handle accepted_;
  Address accepted_peer_;
};

}  // namespace rill::differential
