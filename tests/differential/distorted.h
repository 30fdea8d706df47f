// A simulated network with something in front of it that can distort what it does: what the
// planted mutants of our TCP are made of (mutants.h), without a word of them in the product.
//
// Distorted itself distorts nothing. It hands every call through, and keeps a note of each socket:
// whose peer it is, how it was closed, how much it has to read. A mutant overrides one call, or
// ended(), through which every result passes.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "simnet/network.h"

namespace rill::differential {

class Distorted : public Backend {
 public:
  explicit Distorted(simnet::Network& network) : inner_(network) {}

  std::string_view name() const override { return "distorted"; }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override { inner_.dispose(op); }
  Waited wait(Instant deadline) override;
  Instant now() override { return inner_.now(); }
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override;
  void close(Handle socket) override;
  void reset(Handle socket) override;
  int shutdown_write(Handle socket) override;
  Address local_address(Handle socket) override { return inner_.local_address(socket); }
  Address peer_address(Handle socket) override { return inner_.peer_address(socket); }

 protected:
  struct Side {
    Handle socket;
    Address local;
    Address remote;
    bool is_closed = false;
    bool was_reset = false;  // closed by reset(), or with unread bytes
    bool has_shut = false;
    std::int64_t sent_bytes = 0;
    std::int64_t received_bytes = 0;
    std::int64_t last_result = 1;  // of a recv
    bool is_marked = false;        // for the mutant's own use
  };

  /// The inner network has ended `op`. Hands it on, unless a mutant does something else.
  virtual void ended(Op& op) { hand_on(op, op.result); }
  void hand_on(Op& op, std::int64_t result);
  /// Submits it once more.
  void again(Op& op);
  /// Keeps it: it never ends by itself.
  void hold(Op& op);
  /// Collects what the inner network has ended.
  void pass_on();

  /// A connection's end. One of the network's that nobody accepted has none.
  Side* side(Handle socket);
  Side* peer(const Side& side);
  std::int64_t unread_bytes(const Side& side);
  /// Reads everything that has come, without telling.
  void swallow(Side& side);

  simnet::Network& inner_;

 private:
  void release(Handle socket);

  std::deque<Side> sides_;
  std::vector<Op*> held_;
};

}  // namespace rill::differential
