// The machinery of the simulated network: what Network (simnet/network.h) promises is done here.
//
// One object, because a segment that lands touches everything: time, links, both ends, operations.
// Its parts are in files of their own: engine.cc time and dispatch; handshake.cc how a connection
// comes to be; stream.cc how bytes move; closing.cc how it ends; ports.cc who has which port;
// services.cc names and signals. Invariant: whatever will happen is in the event queue; an
// operation in flight is referred to by exactly one socket, question or waiting list.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simnet/event_queue.h"
#include "simnet/hosts.h"
#include "simnet/link.h"
#include "simnet/listeners.h"
#include "simnet/network.h"
#include "simnet/socket.h"

namespace rill::simnet {

class Engine {
 public:
  Engine(Network& network, const NetworkOptions& options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // What Network offers, under the same names.
  void submit(Op& op);
  void cancel(Op& op);
  void dispose(Op& op);
  Waited wait(Instant deadline);
  Instant now() const { return now_; }
  void step_ended(const TaskControl& task);
  Listened listen(HostId host, const Address& at, const ListenOptions& options);
  void close(Handle handle);
  void reset(Handle handle);
  int shutdown_write(Handle handle);
  Address local_address(Handle handle);
  Address peer_address(Handle handle);
  void attach(RunContext& context) { context_ = &context; }
  void detach() { context_ = &no_run_; }

  const NetworkOptions& options() const { return options_; }
  Hosts& hosts() { return hosts_; }
  const Hosts& hosts() const { return hosts_; }
  void set_link(HostId from, HostId to, const LinkOptions& options);
  void set_default_link(const LinkOptions& options);
  void add_name(std::string_view name, std::vector<Address> addresses, const NameOptions& options);
  void raise_signal(HostId host, int number);
  std::string describe(std::uint64_t number) const;
  std::size_t open_sockets() const { return open_sockets_; }
  std::size_t socket_records() {
    end_time_waits();
    return sockets_.in_use();
  }
  std::size_t blocks_in_use() const { return blocks_.blocks_in_use(); }
  std::size_t events_in_flight() const { return events_.size() - stale_events_; }
  std::uint64_t events_landed() const { return events_.taken(); }

 private:
  // engine.cc
  void land(const Event& event);
  void fetch_socket(const Event& event);
  void fetch_rest(const Event& event);
  void prefetch_front();
  void trace_time(Instant at);
  void note(EventKind kind, std::uint64_t a = 0, std::uint64_t b = 0) {
    if (context_->trace.enabled()) context_->trace.record(kind, a, b);
  }
  void complete(Op& op, std::int64_t result) { network_.complete(op, result); }
  /// Puts a segment without payload, or an answer, on the link of `from` to `to`, behind everything
  /// that left before it.
  void send_signal(Socket& from, Socket& to, std::uint32_t to_slot, Arrival kind);
  void set_timer(std::uint32_t slot, Instant at, Arrival kind);
  /// It will never be heard of again: `closed`, without a word to the peer.
  void abandon(Socket& socket);
  std::uint32_t shortened(Site& site, std::uint32_t most, std::uint32_t percent);

  // handshake.cc
  void start_connect(ConnectOp& op);
  void send_syn(std::uint32_t slot);
  void drop_syn(std::uint32_t slot);
  void retry_syn(std::uint32_t slot);
  void land_syn(std::uint32_t slot);
  void land_syn_ack(std::uint32_t slot);
  void land_handshake(std::uint32_t slot);
  void queue_accepted(std::uint32_t slot);
  void fail_connect(std::uint32_t slot, int error);
  void start_accept(AcceptOp& op);
  void accept_next(std::uint32_t listener, AcceptOp& op);
  Handle open(std::uint32_t slot);
  bool has_descriptor(HostId host) const;
  void count_descriptor(HostId host, int change);

  // stream.cc
  void start_recv(RecvOp& op);
  void give(Socket& socket, std::uint32_t slot, RecvOp& op);
  void start_send(SendOp& op);
  void take(Socket& socket, std::uint32_t slot, SendOp& op);
  void transmit(Socket& reader, std::uint32_t slot, std::uint32_t link_number);
  void land_segment(Socket& reader, std::uint32_t slot, std::uint32_t size_bytes);
  void land_acknowledged(std::uint32_t slot, std::uint32_t size_bytes);
  void land_window(std::uint32_t slot);
  std::string_view text_in_flight(const Socket& reader, std::uint32_t size_bytes);

  // closing.cc
  void close_listener(std::uint32_t slot);
  void end_operations(Socket& socket);
  void mark_closed(std::uint32_t slot);
  bool both_have_ended(const Socket& socket) const;
  void end_writing(std::uint32_t slot);
  void send_fin(std::uint32_t to_slot);
  void land_fin(std::uint32_t slot);
  void send_reset(std::uint32_t slot);
  void land_rst(std::uint32_t slot);
  void drop_bytes(Socket& socket);
  void release_if_over(std::uint32_t slot);
  void release(std::uint32_t slot);

  // ports.cc
  /// 0 when none is left.
  std::uint16_t free_port(Socket& client);
  void take_ports(std::uint32_t slot);
  void give_ports_back(std::uint32_t slot);
  void keep_in_time_wait(std::uint32_t slot);
  void end_time_waits();
  bool is_port_taken(const Socket& client, std::uint16_t port);
  static std::uint64_t hash_of_ports(const Socket& client, std::uint16_t port);

  // services.cc
  void start_resolve(ResolveOp& op);
  void land_answer(std::uint32_t question);
  void answer(ResolveOp& op, const std::vector<Address>& addresses);
  void start_signal(SignalOp& op);

  struct Name {
    std::vector<Address> addresses;
    NameOptions options;
  };
  struct PendingSignal {
    HostId host;
    int number;
  };

  Network& network_;
  RunContext no_run_;  // between runs: no oracle, no trace
  RunContext* context_ = &no_run_;
  NetworkOptions options_;
  EventQueue events_;
  SocketTable sockets_;
  BlockPool blocks_;
  Links links_;
  Hosts hosts_;
  Listeners listeners_;
  Instant now_;     // what tasks see
  Instant clock_;   // when what is being done happens: now, or earlier if it landed within a step
  Instant traced_;  // what the trace was told
  std::size_t open_sockets_ = 0;
  std::size_t stale_events_ = 0;  // of cancelled operations: they keep nobody waiting
  IdTable ports_;                 // clients' ends, by both pairs of host and port
  std::uint32_t first_time_wait_ = kNoSlot;
  std::uint32_t last_time_wait_ = kNoSlot;
  std::map<std::string, Name, std::less<>> names_;
  std::vector<ResolveOp*> questions_;  // null: cancelled, or a free place
  std::vector<std::uint32_t> free_questions_;
  std::vector<SignalOp*> signal_waits_;
  std::vector<PendingSignal> pending_signals_;
  std::vector<Site> step_sites_;  // by task
  std::string text_;              // for sinks
};

}  // namespace rill::simnet
