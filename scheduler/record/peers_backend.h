// PeersBackend: the peers of a recorded run, for a program that may have been changed since.
//
// ReplayBackend repeats a run and allows no other call. Here the peers do what they did - connect,
// send the same bytes at the same times, end their sides - whatever the program says to them. What
// the program sends is taken at once; a send that had failed fails again. Time jumps to what
// happens next. When the program waits and the peers have nothing more to say, the run ends with
// RecordingEnds: it has survived the recording.
#pragma once

#include <cerrno>
#include <map>
#include <tuple>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/record/replay_error.h"
#include "scheduler/record/script.h"

namespace rill::record {

class PeersBackend final : public Backend {
 public:
  /// `recording` is what `script` was made from; it must outlive the backend.
  PeersBackend(const Recording& recording, Script script);

  std::string_view name() const override { return "recorded peers"; }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override;
  /// Throws RecordingEnds.
  Waited wait(Instant deadline) override;
  Instant now() override { return now_; }
  WallTime wall_clock(HostId host) override;
  bool has_randomness() const override { return true; }
  void draw_random(HostId host, std::span<std::byte> to) override;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override;
  void close(Handle socket) override;
  void reset(Handle socket) override { close(socket); }
  int shutdown_write(Handle socket) override { return is_open(socket) ? 0 : -EBADF; }
  Address local_address(Handle socket) override;
  Address peer_address(Handle socket) override;
  std::uint32_t steps_between_waits() const override { return steps_between_waits_; }

 private:
  /// The arrivals that one kind of call gets, in order.
  struct Queue {
    std::vector<std::size_t> places;
    std::size_t next = 0;
  };
  using Key = std::tuple<OpKind, std::uint64_t, std::string_view, Address>;

  struct Socket {
    bool is_open = false;
    bool has_ended = false;  ///< the peer's side of the stream
    Address peer;
  };

  /// The place of what comes next for `op` in arrivals; their number if nothing does.
  std::size_t next_for(const Op& op);
  std::size_t next_of(const Key& key);
  /// Ends `op`, which has just been submitted or waits, with the arrival.
  void arrive(Op& op, std::size_t place);
  void open(Handle socket, const Address& peer);
  bool is_open(Handle socket) const {
    return socket.slot < sockets_.size() && sockets_[socket.slot].is_open;
  }

  const Recording& recording_;
  Script script_;
  std::map<Key, Queue> queues_;
  std::vector<bool> has_come_;   ///< by place in arrivals
  std::vector<Socket> sockets_;  ///< by number
  std::size_t listens_ = 0;
  std::vector<Op*> waiting_;  ///< in the order in which they came
  std::uint64_t submits_ = 0;
  Instant now_;
  std::uint32_t steps_between_waits_;
};

}  // namespace rill::record
