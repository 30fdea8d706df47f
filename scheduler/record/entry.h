// One entry of a recording: a call that the program made to its backend and what the world
// answered, or an operation that came back. A recording is a list of them, in order.
//
// Entries are what both sides speak: the recorder writes them, the replay reads them and compares
// the call part of each with what the program does now. How they look in the file is in codec.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/backend.h"

namespace rill::record {

enum class EntryKind : std::uint8_t {
  none,            // no entry: the end of a chunk
  begin,           // a run begins
  submit,          // an operation starts; what `op` says
  complete,        // operation `number` comes back, with its result and what belongs to it
  cancel,          // operation `number` is taken back
  dispose,         // a socket that nobody will read is given back
  wait,            // blocks, until `at`
  now,             // the clock says `at`
  wall_clock,      // the wall clock shows `result` ns since 1970
  listen,          // at `address`: `opened`, bound to `told`; or `result`, an errno
  close,           // of `on`
  reset,           // of `on`
  shutdown_write,  // of `on`: `result`
  local_address,   // of `on`: `told`
  peer_address,    // of `on`: `told`
  end,             // the run has ended; `bytes` is its fingerprint
};

enum class WaitMode : std::uint8_t { poll, until, for_ever };

/// Which fields mean something depends on the kind, as codec.h lists. Views last as long as what
/// they were made from: the program's buffer, or the recording.
struct Entry {
  /// How many of the bytes that were sent a recording keeps, for people to read. Of longer ones it
  /// keeps a digest too.
  static constexpr std::size_t kShownBytes = 24;

  EntryKind kind = EntryKind::none;
  OpKind op = OpKind::accept;

  // The call: what a replay compares.
  Handle on;
  /// complete, cancel: the n-th submit, from 1; read, write: the descriptor; signal: the mask;
  /// send_file: the offset (its descriptor is another when no sockets are numbered beside it).
  std::uint64_t number = 0;
  std::uint64_t size_bytes = 0;  ///< of what is moved; resolve: the port; listen: backlog
  Address address;               ///< connect: to; listen: at; accepted: the peer
  std::string_view name;         ///< resolve
  WaitMode mode = WaitMode::poll;
  Duration patience;        ///< wait until: how long after the last reading of the clock
  bool reuse_port = false;  ///< listen

  // The answer.
  std::int64_t result = 0;
  Handle opened;
  Address told;
  Instant at;
  bool is_idle = false;            ///< wait
  std::string_view bytes;          ///< received; sent: the first kShownBytes; end: fingerprint
  std::uint64_t digest = 0;        ///< sent: of all of them
  std::vector<Address> addresses;  ///< resolved
};

/// Whether the program's call is the recorded one. Bytes that it sends are compared when they are
/// taken: see same_sent().
bool same_call(const Entry& recorded, const Entry& program);

/// Whether the bytes that a send or write moved are the recorded ones.
inline bool same_sent(const Entry& recorded, const Entry& program) {
  return recorded.result == program.result && recorded.bytes == program.bytes &&
         (recorded.bytes.size() < Entry::kShownBytes || recorded.digest == program.digest);
}

/// The call that `submit` is for `op`.
Entry submit_entry(const Op& op);

/// "send of 12 bytes on socket 3", "wait for 1.000 s", ...: the call, for people.
std::string describe(const Entry& entry);

/// Bytes for people: in quotes, with escapes, and "..." where there are more than shown.
std::string quoted_bytes(std::string_view bytes, bool has_more);

}  // namespace rill::record
