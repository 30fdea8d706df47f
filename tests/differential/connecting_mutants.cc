// Mistakes about listening, connecting and accepting. See mutants.h.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "tests/differential/mutants.h"

namespace rill::differential {
namespace {

struct BacklogTooLong : Distorted {
  using Distorted::Distorted;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override {
    return inner_.listen(host, at, {.backlog = options.backlog + 1, .reuse_port = false});
  }
};

struct BacklogTooShort : Distorted {
  using Distorted::Distorted;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override {
    return inner_.listen(host, at, {.backlog = options.backlog - 1, .reuse_port = false});
  }
};

struct BusyPort : Distorted {
  using Distorted::Distorted;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override {
    return inner_.listen(host, at, {.backlog = options.backlog, .reuse_port = true});
  }
};

struct ForeignAddress : Distorted {
  using Distorted::Distorted;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override {
    const Listened listened = inner_.listen(host, at, options);
    if (listened.error != EADDRNOTAVAIL) return listened;
    return inner_.listen(host, Address::loopback_ipv4(), options);
  }
};

struct PortStaysBusy : Distorted {
  using Distorted::Distorted;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override {
    if (std::find(used_.begin(), used_.end(), at) != used_.end()) return {{}, at, EADDRINUSE};
    used_.push_back(at);
    return inner_.listen(host, at, options);
  }
  std::vector<Address> used_;
};

struct RefusedLater : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override { op.result == -ECONNREFUSED ? hold(op) : hand_on(op, op.result); }
};

struct RefusedAsTimedOut : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override { hand_on(op, op.result == -ECONNREFUSED ? -ETIMEDOUT : op.result); }
};

struct FullQueueRefuses : Distorted {
  using Distorted::Distorted;
  void submit(Op& op) override {
    if (op.kind == OpKind::connect) connecting_ = &op;
    Distorted::submit(op);
  }
  void ended(Op& op) override {
    if (connecting_ == &op) connecting_ = nullptr;
    hand_on(op, op.result);
  }
  Waited wait(Instant deadline) override {
    const Waited waited = Distorted::wait(deadline);
    if (connecting_ == nullptr || now() < deadline) return waited;
    Op& op = *std::exchange(connecting_, nullptr);
    inner_.cancel(op);
    inner_.take_completed();
    hand_on(op, -ECONNREFUSED);
    return waited;
  }
  Op* connecting_ = nullptr;
};

/// Accepts all that wait, and gives them out from the last.
struct LastFirst : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    if (op.kind != OpKind::accept || op.result != 0) return hand_on(op, op.result);
    auto& latest = static_cast<AcceptOp&>(op);
    queue_.push_back({latest.on, latest.accepted, latest.peer});
    for (;;) {
      AcceptOp next;
      next.on = latest.on;
      next.state = Op::State::in_flight;
      inner_.submit(next);
      if (next.state == Op::State::in_flight) inner_.cancel(next);
      inner_.take_completed();
      if (next.result != 0) break;
      queue_.push_back({next.on, next.accepted, next.peer});
    }
    give(latest);
  }
  void submit(Op& op) override {
    const bool has_one = op.kind == OpKind::accept &&
                         std::any_of(queue_.begin(), queue_.end(),
                                     [&](const auto& q) { return q.listener == op.on; });
    has_one ? give(static_cast<AcceptOp&>(op)) : Distorted::submit(op);
  }
  void give(AcceptOp& op) {
    for (auto one = queue_.rbegin(); one != queue_.rend(); ++one) {
      if (one->listener != op.on) continue;
      op.accepted = one->socket;
      op.peer = one->peer;
      queue_.erase(std::next(one).base());
      return hand_on(op, 0);
    }
  }
  struct Queued {
    Handle listener;
    Handle socket;
    Address peer;
  };
  std::vector<Queued> queue_;
};

struct SkipsGoneClients : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    if (op.kind == OpKind::accept && op.result == 0) {
      auto& accept = static_cast<AcceptOp&>(op);
      Side accepted{accept.accepted, inner_.local_address(accept.accepted), accept.peer};
      const Side* const client = peer(accepted);
      if (client != nullptr && client->is_closed) {
        inner_.close(accept.accepted);
        return again(op);
      }
    }
    hand_on(op, op.result);
  }
};

struct QueueSurvives : Distorted {
  using Distorted::Distorted;
  void close(Handle socket) override {
    AcceptOp accept;
    do {
      accept.on = socket;
      accept.state = Op::State::in_flight;
      inner_.submit(accept);
      if (accept.state == Op::State::in_flight) inner_.cancel(accept);
      inner_.take_completed();
    } while (accept.result == 0);
    Distorted::close(socket);
  }
};

struct WrongPeer : Distorted {
  using Distorted::Distorted;
  Address peer_address(Handle socket) override { return inner_.local_address(socket); }
};

struct DescriptorsLast : Distorted {
  using Distorted::Distorted;
  void ended(Op& op) override {
    const bool is_refused = op.kind == OpKind::accept && op.result == -EMFILE;
    is_refused ? hold(op) : hand_on(op, op.result);
  }
};

}  // namespace

const std::vector<Mutant>& connecting_mutants() {
  static const std::vector<Mutant> mutants = {
      mutant<BacklogTooLong>("the queue of a listener is one too long"),
      mutant<BacklogTooShort>("the queue of a listener is as long as the backlog says"),
      mutant<BusyPort>("a port can have two listeners"),
      mutant<ForeignAddress>("any address can be listened on"),
      mutant<PortStaysBusy>("the port of a closed listener stays in use"),
      mutant<RefusedLater>("connecting where nobody listens hangs"),
      mutant<RefusedAsTimedOut>("connecting where nobody listens is ETIMEDOUT"),
      mutant<FullQueueRefuses>("a full queue refuses"),
      mutant<LastFirst>("accept takes the latest connection"),
      mutant<SkipsGoneClients>("accept skips clients that have gone"),
      mutant<QueueSurvives>("connections outlive the listener in whose queue they are"),
      mutant<WrongPeer>("the peer's address is our own"),
      mutant<DescriptorsLast>("accept waits for a descriptor"),
  };
  return mutants;
}

}  // namespace rill::differential
