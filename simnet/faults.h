// What can go wrong in the simulated network, as a menu: which faults, and how often.
//
// A fault is drawn where it could strike - at a segment, a connect, an accept, a question for a
// name - by one decision of the run's oracle, whose alternative 0 is "nothing" and whose small ones
// are mild. So a fault plan is a list of (site, count, choice), to be printed, replayed and shrunk
// like every other choice. Sites are keyed by what survives an edit of the program: names of hosts,
// the nth connection between two of them; never by a slot or a task's number (fault_sites.h).
// What lasts - stall, cut, slow, jam - lasts 1 ms x 2^(strength - 1), up to 30 s.
// Invariant: a stream never gets a hole. Faults act on time, on ends, and on what has not begun.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "scheduler/time.h"

namespace rill::simnet {

enum class Fault : std::uint8_t {
  // Below the stream: a program sees nothing but time.
  loss,         ///< a segment is lost `strength` times in a row, 1 to 6: 200 ms later, 600 ms ...
  duplication,  ///< a segment arrives twice; the second takes bandwidth and is dropped
  reordering,   ///< a segment is overtaken, 1 to 128 ms; those behind it wait for it
  stall,        ///< one direction of a link carries nothing for a while; then it goes on
  cut,          ///< both directions of a pair of hosts carry nothing; TCP sends again
  cut_one_way,  ///< one direction does; with ACKs lost, TCP sends again too
  slow,         ///< a link takes twenty times its latency for a while
  jam,          ///< a link holds everything back, and then lets all of it go at once
  // In the calls: what recv and send may do at any time. `strength` bytes too few.
  short_read,
  short_write,
  short_segment,
  // In the connection: a program sees an error, or waits.
  reset,           ///< both ends of a connection are reset, after some byte of one direction
  silent_death,    ///< after some byte nothing arrives any more, either way: who writes learns by
                   ///< ETIMEDOUT after 15 minutes, who only reads, never
  connect_refuse,  ///< ECONNREFUSED though somebody listens
  connect_hang,    ///< no SYN arrives: ETIMEDOUT after two minutes
  connect_late,    ///< the SYN is lost `strength` times: 1 s, 3 s, 7 s later
  backlog_full,    ///< the accept queue counts as full for this SYN
  accept_emfile,   ///< accept fails with EMFILE; the connection stays in the queue
  accept_aborted,  ///< accept fails with ECONNABORTED, and the connection is gone
  // In the host.
  crash,  ///< only hosts with a boot program: all its tasks die, its peers get resets; it restarts
  pause,  ///< no task of the host runs for a while (SIGSTOP, a stopped virtual machine)
  // Names.
  resolve_fail,     ///< -EAGAIN: the name server does not answer
  resolve_slow,     ///< the answer takes seconds
  resolve_partial,  ///< addresses in another order, or a dead one in front
  resolve_stale,    ///< what the name meant before its last change
  // Clocks.
  clock_skew,   ///< the host's clock is off from the start
  clock_drift,  ///< the host's second is longer or shorter
  clock_jump,   ///< the host's wall clock is set
};

/// What a scenario may do to a link until it is healed.
enum class CutMode : std::uint8_t {
  stop,  ///< nothing arrives; TCP sends again (200 ms, doubling), and gives up after 924.6 s
  slow,  ///< everything takes twenty times the latency
  jam,   ///< nothing arrives, and everything does at once when the link is healed
};

inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::clock_jump) + 1;

/// "loss", "cut one way", ...: for stories and tables.
std::string_view to_string(Fault fault);
/// The same as a literal, for sites.
const char* name_of(Fault fault);

/// How often each fault strikes, in millionths of its opportunities. All 0: a plain network.
/// Opportunities: a segment (loss ... short_segment; the links' faults unless one of the kind is
/// on); 128 KiB of one direction of a connection (reset, silent_death); a recv, a send, a connect,
/// an accept. Near a million it is less: s strengths are s of 1 + s x 10^6 / rate alternatives.
class FaultMenu {
 public:
  constexpr FaultMenu() = default;
  constexpr FaultMenu(std::initializer_list<Fault> faults, std::uint32_t per_million) {
    for (const Fault fault : faults) set(fault, per_million);
  }

  constexpr void set(Fault fault, std::uint32_t per_million) {
    per_million_[static_cast<std::size_t>(fault)] = per_million;
    is_empty_ = true;
    for (const std::uint32_t rate : per_million_) is_empty_ = is_empty_ && rate == 0;
  }
  constexpr std::uint32_t per_million(Fault fault) const {
    return per_million_[static_cast<std::size_t>(fault)];
  }
  constexpr bool is_empty() const { return is_empty_; }

  /// From then on no fault strikes, and what lasts is over: cuts, stalls, pauses heal. So a search
  /// can first try to break a program, and then demand that it finishes. What was lost before is
  /// sent again within twice the time since it was lost. The dead stay dead.
  Instant until = Instant::never();

  friend bool operator==(const FaultMenu&, const FaultMenu&) = default;

 private:
  std::array<std::uint32_t, kFaults> per_million_{};
  bool is_empty_ = true;
};

}  // namespace rill::simnet
