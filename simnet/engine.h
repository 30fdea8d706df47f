// The machinery of the simulated network: what Network (simnet/network.h) promises is done here.
//
// One object, because a segment that lands touches everything: time, links, both ends, operations.
// Its parts are in files of their own: engine.cc time and dispatch; handshake.cc how a connection
// comes to be; stream.cc how bytes move; closing.cc how it ends; ports.cc who has which port;
// services.cc names and signals; link_faults.cc, connection_faults.cc and retransmission.cc what
// goes wrong with a connection, and what TCP does about it; host_faults.cc, power_cut.cc,
// clock_faults.cc and names_faults.cc what goes wrong with hosts. Invariant: whatever will happen
// is in the event queue; an operation in flight is referred to by exactly one socket, question or
// waiting list.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simnet/clocks.h"
#include "simnet/event_queue.h"
#include "simnet/fault_sites.h"
#include "simnet/fault_state.h"
#include "simnet/host_lives.h"
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
  TaskId task_at_other_end(Handle handle);
  void attach(RunContext& context);
  void detach();
  WallTime wall_clock(HostId host);
  void draw_random(HostId host, std::span<std::byte> to);
  bool has_plans() const { return lives_.has_plans(); }
  void carry_out_orders(Scheduler& scheduler);
  HostId add_host(std::string_view name, const HostOptions* options);
  void boot(HostId host, Program program);
  void crash(HostId host);
  void restart(HostId host);
  void pause(HostId host);
  void resume(HostId host);
  bool is_up(HostId host) const { return !lives_.is_down(host); }
  void set_clock(HostId host, const ClockOptions& options);
  void jump_clock(HostId host, Duration by);

  const NetworkOptions& options() const { return options_; }
  Hosts& hosts() { return hosts_; }
  const Hosts& hosts() const { return hosts_; }
  void set_link(HostId from, HostId to, const LinkOptions& options);
  void set_default_link(const LinkOptions& options);
  void set_faults(const FaultMenu& menu);
  std::uint64_t fault_count(Fault fault) const {
    return fault_counts_[static_cast<std::size_t>(fault)];
  }
  void cut(HostId from, HostId to, CutMode mode);  // one way
  void heal(HostId from, HostId to);               // one way
  void stall(HostId from, HostId to, Duration length);
  void add_name(std::string_view name, std::vector<Address> addresses, const NameOptions& options);
  void raise_signal(HostId host, int number);
  std::string describe(std::uint64_t number) const;
  SocketFacts facts_of(std::uint64_t number) const;
  std::size_t open_sockets() const { return open_sockets_; }
  std::size_t socket_records() {
    end_time_waits();
    return sockets_.in_use();
  }
  std::size_t blocks_in_use() const { return blocks_.blocks_in_use(); }
  std::size_t events_in_flight() const { return events_.size() - stale_events_; }
  std::uint64_t events_landed() const { return events_.taken(); }

 private:
  // network.cc
  Address local_address(const Socket& socket) const;
  static Address peer_address(const Socket& socket);

  // engine.cc
  void relink();
  void land(const Event& event);
  void land_signal(const Event& event);
  void fetch_socket(const Event& event);
  void fetch_bytes(const Event& event);
  void fetch_task(const Event& event);
  void fetch_frame(const Event& event);
  void fetch_front();
  void trace_time(Instant at);
  void note(EventKind kind, std::uint64_t a = 0, std::uint64_t b = 0) {
    if (context_->trace.enabled()) context_->trace.record(kind, a, b);
  }
  void detail(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text = {}) {
    if (context_->trace.has_recorder()) [[unlikely]]
      context_->trace.tell_recorder(kind, a, b, text);
  }
  void complete(Op& op, std::int64_t result) { network_.complete(op, result); }
  /// Puts a segment without payload, or an answer, on the link of `from` to `to`, behind everything
  /// that left before it.
  void send_signal(Socket& from, Socket& to, std::uint32_t to_slot, Arrival kind);
  void set_timer(std::uint32_t slot, Instant at, Arrival kind);
  /// It will never be heard of again: `closed`, without a word to the peer.
  void abandon(Socket& socket);
  /// When a segment, or a signal of 0 bytes, arrives that is put on the link now.
  Instant arrival(std::uint32_t link, std::uint32_t size_bytes) {
    if (faults_ != nullptr) [[unlikely]]
      return arrival_if_worn(link, size_bytes);
    return Links::arrival(links_[link], size_bytes, clock_, *context_);
  }

  // handshake.cc
  void start_connect(ConnectOp& op);
  void send_syn(std::uint32_t slot);
  void drop_syn(std::uint32_t slot);
  void retry_syn(std::uint32_t slot);
  void land_syn(std::uint32_t slot);
  void land_syn_ack(std::uint32_t slot);
  void land_handshake(std::uint32_t slot);
  void queue_accepted(std::uint32_t slot);
  std::uint32_t leave_queue(Listener& listener);
  void abort_queued(Listener& listener);
  void fail_connect(std::uint32_t slot, int error);
  void start_accept(AcceptOp& op);
  void accept_next(std::uint32_t listener, AcceptOp& op);
  void give_up_handshake(std::uint32_t slot);
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
  void break_stream(std::uint32_t slot, std::uint8_t error);
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

  // host_faults.cc
  struct HostOrder {
    enum class Kind : std::uint8_t { end, hold, release, boot };
    Kind kind;
    HostId host;
    TaskId newest_task;  // when it was given: later ones are not meant
  };
  std::uint64_t key_of_host(HostId host) const { return host_key(hosts_[host].name); }
  /// "host server" + what.
  std::string story_of(HostId host, std::string_view what) const;
  /// What the scenario did to the host, for the trace.
  void tell_host(Fault fault, HostId host, std::string_view what);
  void change_host_faults();
  void go_down(HostId host);
  void plan_return(HostId host, Duration after);
  void drop_plan(HostId host);
  void land_host_return(HostId host, std::uint32_t plan);
  void strike_at(const Event& event);
  void strike_host(HostId host);
  void give_order(HostOrder::Kind kind, HostId host);
  bool goes_down_after(std::size_t order) const;
  void begin_hosts();
  void hold_operations(HostId host);
  void release_operations(HostId host);

  // power_cut.cc
  void cut_power(HostId host);
  void drop_listener(std::uint32_t slot);
  void vanish(std::uint32_t slot);
  bool is_gone(const Socket& socket) const;
  void land_on_nobody(std::uint32_t slot);
  void lose(std::uint32_t slot);
  bool is_missed(const Socket& gone) const;
  void retry_later(std::uint32_t slot);
  void retry_silence(std::uint32_t slot);

  // clock_faults.cc
  void draw_clocks();

  // names_faults.cc
  struct Question {
    ResolveOp* op = nullptr;  // null: cancelled, or a free place
    bool fails = false;       // nobody will answer
  };
  Duration strike_question(Question& question, Duration delay);
  bool strike_with_stale(const ResolveOp& op);
  void strike_order(const ResolveOp& op, std::vector<Address>& addresses);

  // services.cc
  std::vector<Address> meaning_of(std::string_view name) const;
  void start_resolve(ResolveOp& op);
  void land_answer(std::uint32_t number);
  void answer(ResolveOp& op, const std::vector<Address>& addresses);
  void start_signal(SignalOp& op);

  // faults.cc. faults_ is null as long as nothing can go wrong: whoever asks pays one branch.
  void prepare_faults();
  /// Whether the menu strikes at this time.
  bool is_live() const { return clock_ < options_.faults.until; }
  std::uint32_t draw(Fault fault, std::uint64_t key, std::uint32_t strengths);
  void count_strike(Fault fault, std::uint64_t key, std::uint64_t strength, std::string_view story);
  void tell_fault(std::uint64_t key, std::uint64_t strength, std::string_view story);
  void detail_site(const char* name, std::uint64_t instance);
  /// story(): what is told to sinks; put together only if there is one.
  template <class Story>
  void struck(Fault fault, std::uint64_t key, std::uint64_t strength, Story story) {
    count_strike(fault, key, strength,
                 context_->trace.has_sink() ? std::string(story()) : std::string());
  }
  /// Whether `fault` strikes at this opportunity, and how hard: 0 not, 1 to `strengths` so hard.
  /// Draws one decision, but none when the menu has no such fault, or its time is over.
  template <class Story>
  std::uint32_t strike(Fault fault, std::uint64_t key, std::uint32_t strengths, Story story) {
    const std::uint32_t strength = draw(fault, key, strengths);
    if (strength != 0) struck(fault, key, strength, [&] { return story(strength); });
    return strength;
  }
  Flow& flow_to(std::uint32_t slot);
  std::string name_of(const Flow& flow, std::uint32_t slot) const;
  std::string name_of_link(std::uint32_t link);

  // link_faults.cc
  Wear& wear_of(std::uint32_t link);
  void wear_out(std::uint32_t link);
  Instant end_of(std::uint32_t strength) const;
  Instant arrival_if_worn(std::uint32_t link, std::uint32_t size_bytes);
  bool is_blocked(std::uint32_t link);
  bool is_lost_by_nature(std::uint32_t link, std::uint32_t size_bytes);
  bool loses_signal(std::uint32_t link);

  // retransmission.cc
  void ship(std::uint32_t slot, Arrival kind, std::uint32_t size_bytes);
  void detail_held(EventKind kind, std::uint32_t slot, const Flow& flow);
  bool loses(Flow& flow, std::uint32_t slot, Arrival kind, std::uint32_t size_bytes);
  void depart(std::uint32_t slot, Arrival kind, std::uint32_t size_bytes);
  void start_timer(std::uint32_t slot, Flow& flow);
  void stop_timer(Flow& flow);
  void retransmit(std::uint32_t slot);
  bool send_held(std::uint32_t slot, Flow& flow);
  bool is_path_dead(std::uint32_t slot);
  bool withholds_ack(Socket& reader, std::uint32_t slot, std::uint32_t size_bytes);
  bool withholds_window(const Socket& reader, std::uint32_t slot);
  void confirm(std::uint32_t slot, Flow& flow);
  void give_up(std::uint32_t slot, Flow& flow);
  void forget_lost(std::uint32_t slot);

  // connection_faults.cc
  std::uint32_t shortened(Fault fault, std::uint32_t slot, std::uint32_t most_bytes);
  std::uint32_t bounded_segment(std::uint32_t slot, std::uint32_t size_bytes);
  void arm(Flow& flow, Fault fault);
  void break_connection(std::uint32_t slot, Flow& flow);
  bool loses_syn(std::uint32_t slot);
  void plan_connect(std::uint32_t slot, Flow& flow);
  bool is_refused(std::uint32_t slot);
  bool finds_queue_full(std::uint32_t slot);
  int error_of_accept(const Listener& listener);

  struct Name {
    std::vector<Address> addresses;
    NameOptions options;
    std::vector<Address> before;  // what it meant before its last change, ...
    bool has_changed = false;     // ... if there was one
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
  std::vector<Question> questions_;
  std::vector<std::uint32_t> free_questions_;
  std::vector<SignalOp*> signal_waits_;
  std::vector<PendingSignal> pending_signals_;
  std::vector<std::uint64_t> random_draws_;  // of this run, by host; empty: none yet
  std::uint64_t random_seed_ = 0;            // of this run, if there are any
  std::string text_;                         // for sinks
  std::array<std::uint64_t, kFaults> fault_counts_{};
  std::unique_ptr<FaultState> faults_;  // null as long as links and connections are plain
  bool strikes_hosts_ = false;          // the menu has crashes or pauses
  HostLives lives_;
  Clocks clocks_;
  HostId next_clock_to_draw_ = 0;
  std::vector<HostOrder> orders_;     // for the scheduler's next safe point
  std::vector<Op*> held_operations_;  // of tasks whose host is paused
};

}  // namespace rill::simnet
