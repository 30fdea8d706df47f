// A place where a script can happen: the kernel's loopback, or the simulated network.
//
// World knows what is the same in both: which bytes a stream carries, which calls wait, how to fill
// and to drain. What a socket does is left to the two that derive from it. Invariant: perform()
// returns on a settled network - everything that was on its way has arrived - so that a difference
// in time is never a difference in replies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scheduler/address.h"
#include "tests/differential/script.h"

namespace rill::differential {

class World {
 public:
  explicit World(Family family) : family_(family) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;

  /// Does `step`; then what it replied, and after that what calls replied that had been waiting:
  /// connects, accepts, then by end, recv before send. (Where both wait, that order decides which
  /// of them is told of an error. Threads of a real program would race for it.)
  std::vector<Reply> perform(const Step& step);

 protected:
  /// Where listeners are bound, and what clients connect to.
  Address listening_address(std::uint16_t port) const;
  Address foreign_address() const;
  Address connecting_address(std::uint16_t port) const;

  // Results as of system calls: >= 0, or -errno, and -EAGAIN for a call that would wait.

  /// Whatever is on its way arrives, answers to it included.
  virtual void settle() = 0;
  virtual std::int64_t listen(int listener, Kind how, int backlog) = 0;
  virtual void close_listener(int listener) = 0;
  /// Starts to connect the client's end; kNobody: to a port where nobody listens.
  virtual void start_connect(int end, int listener) = 0;
  virtual std::int64_t accept(int listener) = 0;
  /// Who the connection accepted last comes from; and makes it `end`, or drops it for kNobody.
  virtual Address accepted_peer() = 0;
  virtual void adopt_accepted(int end) = 0;
  virtual std::int64_t send(int end, std::span<const std::byte> bytes) = 0;
  virtual std::int64_t recv(int end, std::span<std::byte> to) = 0;
  virtual int shutdown_write(int end) = 0;
  virtual void close(int end) = 0;
  virtual void reset(int end) = 0;
  virtual Address local_address(int end) = 0;
  virtual Address peer_address(int end) = 0;
  /// A call that makes no sense on this kind of socket.
  virtual std::int64_t misuse(Kind kind, int on) = 0;
  virtual void take_away_descriptors() = 0;
  virtual void give_back_descriptors() = 0;

  // Calls that wait. The memory stays until finished() has told, or cancel() returned.
  virtual void start_accept(int listener) = 0;
  virtual void start_send(int end, std::span<const std::byte> bytes) = 0;
  virtual void start_recv(int end, std::span<std::byte> to) = 0;
  virtual std::optional<std::int64_t> finished(Call call, int on) = 0;
  /// Its result if it won the race against the cancellation, else -EAGAIN.
  virtual std::int64_t cancel(Call call, int on) = 0;

 private:
  struct Waiting {
    Call call;
    int on;
    int size;
    bool is_new;
  };

  void begin(Call call, int on, int size);
  void collect(std::vector<Reply>& replies);
  Reply finish(const Waiting& waiting, std::int64_t result);
  Reply accepted(int listener, std::int64_t result);
  Reply sent(int end, std::int64_t result);
  Reply received(int end, std::int64_t result);
  Reply fill(int end);
  void drain(int end, std::vector<Reply>& replies);
  Reply mirrored(int end);
  Address as_servers_see(const Address& clients) const;
  Reply cancel_one(int on);
  void forget(int end);
  std::span<const std::byte> outgoing(int end, int size) const;
  std::span<std::byte> incoming(int end, int size);

  Family family_;
  std::vector<Waiting> waiting_;
  std::array<std::int64_t, kEnds> sent_bytes_{};
  std::array<std::int64_t, kEnds> received_bytes_{};
  std::array<std::vector<std::byte>, kEnds> incoming_;
  std::array<Address, kConnections> client_addresses_;
  std::array<bool, kConnections> is_accepted_{};
};

}  // namespace rill::differential
