// A backend as a world: its operations, submitted and polled, without a scheduler. An operation
// that would wait is cancelled, and -EAGAIN is what it replied.
//
// How the network settles, which ports there are and how descriptors run out is left to the worlds
// that derive: the simulated network, and the real-socket backends.
#pragma once

#include "scheduler/backend.h"
#include "tests/differential/world.h"

namespace rill::differential {

class BackendWorld : public World {
 public:
  /// `front` is what is tested. It must outlive the world.
  BackendWorld(Backend& front, Family family) : World(family), front_(front) {}

 protected:
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
  void start_accept(int listener) override;
  void start_send(int end, std::span<const std::byte> bytes) override;
  void start_recv(int end, std::span<std::byte> to) override;
  std::optional<std::int64_t> finished(Call call, int on) override;
  std::int64_t cancel(Call call, int on) override;

  /// Where the next listener goes that may go anywhere, and where nobody ever listens.
  virtual std::uint16_t new_port() = 0;
  virtual std::uint16_t nobodys_port() = 0;
  /// One look at the kernel, for a backend that asks it only then.
  virtual void look() {}

  /// Operations live here, so none may be left in flight: for the destructor of what derives.
  void give_up_everything();
  void reset_everything();
  void take_completed();

  Backend& front_;

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

  std::array<Listener, kListeners> listeners_;
  std::array<End, kEnds> ends_;
  Handle accepted_;
  Address accepted_peer_;
};

}  // namespace rill::differential
