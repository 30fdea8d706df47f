// The simulated network: hosts, links and TCP in memory, as a backend.
//
//   rill::simnet::Network network;
//   const HostId server = network.add_host("server");
//   const HostId client = network.add_host("client");
//   network.set_links(server, client, {.latency = Latency::uniform(1_ms, 10_ms)});
//   run(scenario(server, client), network, {.oracle = &oracle});
//
// Everything that happens follows from the program and its oracle: there is no clock, no thread, no
// address of memory and no order of a hash table in it. Invariant: simulated time moves in wait()
// and at the end of a step only, and only forwards.
//
// Contract of the model: a program sees what it would see of Linux's TCP (errors, their order, who
// gets a reset and when); what no program can see - sequence numbers, acknowledgements, congestion
// control - is not simulated. docs/simulator.md lists what is modelled.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/task.h"
#include "simnet/options.h"

namespace rill::simnet {

class Engine;

/// What there is to know of the socket of a trace event.
struct SocketFacts {
  bool is_known = false;  ///< false: it is gone
  bool is_listener = false;
  bool has_connected = false;  ///< the end that called connect(), and not the one that accepted
  HostId host = 0;
  std::uint64_t peer = 0;  ///< the number of the other end; 0: there is none yet
  Address local;
  Address remote;  ///< family none: no host has it
};

class Network final : public Backend {
 public:
  explicit Network(const NetworkOptions& options = {});
  ~Network() override;

  // ---- hosts -------------------------------------------------------------------------------
  // Host 0 is there from the start and is called "local": tasks live on it unless they were
  // started by spawn_on(host, ...). Each host has a loopback of its own (127.0.0.1, ::1,
  // "localhost"), so a program with server and clients in one host needs none of the following.

  /// Adds a host. Its name resolves to its addresses. Names must differ (UsageError).
  HostId add_host(std::string_view name);
  HostId add_host(std::string_view name, const HostOptions& options);
  /// Host N has 10.0.0.N (carried over into the other bytes above 255) and fd00::N. Host 0 has
  /// 10.255.255.254 and fd00::ff:fffe.
  Address address(HostId host, std::uint16_t port = 0) const;
  Address address_ipv6(HostId host, std::uint16_t port = 0) const;
  std::string_view host_name(HostId host) const;
  /// From the next socket on.
  void set_host(HostId host, const HostOptions& options);

  // ---- links -------------------------------------------------------------------------------
  // Each direction is a link of its own. May be called while tasks run: what is on its way keeps
  // its arrival, what leaves from now on follows the new options.

  void set_link(HostId from, HostId to, const LinkOptions& options);
  /// Both directions.
  void set_links(HostId one, HostId other, const LinkOptions& options);
  void set_default_link(const LinkOptions& options);

  // ---- faults (simnet/faults.h) ------------------------------------------------------------
  // The menu's strike by themselves. The others are a scenario's to call, at any time, also
  // between runs, and last until healed; `until` of a menu does not end them.

  /// What may go wrong from now on, instead of what might before.
  void set_faults(const FaultMenu& menu);
  /// How often `fault` has struck so far: by the menu, or for loss, by LinkOptions.
  std::uint64_t fault_count(Fault fault) const;
  /// Both directions.
  void cut(HostId one, HostId other, CutMode mode = CutMode::stop);
  void cut_one_way(HostId from, HostId to, CutMode mode = CutMode::stop);
  /// Both directions are well again, whatever they had: cuts, stalls, also the menu's. What was
  /// lost in a cut goes when TCP sends it again.
  void heal(HostId one, HostId other);
  void heal_one_way(HostId from, HostId to);
  /// What leaves during `length` leaves after it.
  void stall(HostId from, HostId to, Duration length);

  // ---- crashes and pauses ----------------------------------------------------------------------
  // What they do to the host's sockets is done at once, what they do to its tasks right after the
  // step in which they were called - or, outside of a run, at the beginning of the next.

  /// The program of a host: runs from now on, from each restart on, and from the beginning of each
  /// later run. A task of its own gets a copy, named as the host. Replaces the one before, which
  /// goes on if it runs.
  void boot(HostId host, std::function<Task<>()> program);
  /// A power cut. All tasks of the host die as by kill, newest first, also the caller; whoever
  /// joins them gets Outcome::killed. Sockets and listeners are gone without FIN or RST: nothing
  /// that destructors do reaches the network. While the host is down, peers that send meet silence
  /// and get ETIMEDOUT after Linux's 924.6 s, and connects hang until their retries end; once it is
  /// up again, they get a reset. Tasks that are spawned on a host that is down are killed. No
  /// effect on one that is down.
  void crash(HostId host);
  /// Starts a host that is down, with the program of boot(), if it has one. One that is up crashes
  /// first.
  void restart(HostId host);
  /// No task of the host takes a step until resume(), as after SIGSTOP. The kernel below goes on:
  /// it acknowledges, and lets connections into the backlog. Data and timers that come due wait.
  void pause(HostId host);
  void resume(HostId host);
  bool is_up(HostId host) const;

  // ---- clocks ----------------------------------------------------------------------------------
  // now(), sleep() and timeout() of a task go by the clock of its host. A sleep that has begun ends
  // when it would have. The wall clock of a network that nobody touches begins in the year 2000.

  /// From now on. Any host that has no clock of its own has the network's.
  void set_clock(HostId host, const ClockOptions& options);
  /// Sets the host's wall clock forwards, or backwards.
  void jump_clock(HostId host, Duration by);

  // ---- names and signals ---------------------------------------------------------------------

  /// `name` resolves to `addresses`, in this order. Replaces what it meant before, a host's too.
  void add_name(std::string_view name, std::vector<Address> addresses,
                const NameOptions& options = {});
  /// Completes all waits for signal `number` on `host`; with none, the next one. A second signal of
  /// the same number before it was taken adds nothing (signal(7)).
  void raise_signal(HostId host, int number);

  // ---- for people and for tests --------------------------------------------------------------

  /// What a socket number in a trace event stands for: "client#1:40001 -> server:7",
  /// "server:7 (listening)". To be asked while the event is handled; later the number may be
  /// forgotten.
  std::string describe(std::uint64_t socket_number) const;
  /// The same in parts.
  SocketFacts facts_of(std::uint64_t socket_number) const;
  /// Sockets and listeners that somebody holds a handle of. 0 after a run that leaks none.
  std::size_t open_sockets() const;
  std::size_t open_sockets(HostId host) const;
  /// Records of sockets in use, closed ones that still have something on the way included.
  std::size_t socket_records() const;
  /// Blocks of memory that hold bytes which were sent and not yet read. 0 when all is read.
  std::size_t blocks_in_use() const;
  /// Segments, timers and answers on their way.
  std::size_t events_in_flight() const;
  /// How many of those have landed so far.
  std::uint64_t events_landed() const;

  // ---- the backend (scheduler/backend.h) -------------------------------------------------------

  std::string_view name() const override { return "sim"; }
  bool is_simulated() const override { return true; }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override;
  Waited wait(Instant deadline) override;
  Instant now() override;
  WallTime wall_clock(HostId host) override;
  bool has_randomness() const override { return true; }
  void draw_random(HostId host, std::span<std::byte> to) override;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override;
  void close(Handle socket) override;
  void reset(Handle socket) override;
  int shutdown_write(Handle socket) override;
  Address local_address(Handle socket) override;
  Address peer_address(Handle socket) override;
  TaskId task_at_other_end(Handle socket) override;
  void attach(RunContext& context) override;
  void detach() override;
  void at_safe_point(Scheduler& scheduler) override;
  bool has_plans() const override;
  std::uint32_t steps_between_waits() const override;
  void step_ended(const TaskControl& task) override;

 private:
  friend class Engine;  // completes operations
  std::unique_ptr<Engine> engine_;
};

}  // namespace rill::simnet
