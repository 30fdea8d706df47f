// Script: what the peers did in a recorded run, each on its own: which connection came when and
// brought which bytes, when signals came, what names meant. What the program did is not in it, so
// a program that was changed can meet the same peers (peers_backend.h), and a recording can be
// shrunk by leaving peers out (shrink.h).
#pragma once

#include <vector>

#include "scheduler/record/recording.h"

namespace rill::record {

/// Something that came to the program: an operation that the world completed.
struct Arrival {
  Entry entry;              ///< the completion
  std::uint64_t key = 0;    ///< recv, send: the connection; accept: the listener; read: the
                            ///< descriptor; signal: its number
  std::string_view name;    ///< resolve
  Address to;               ///< connect
  std::uint64_t opens = 0;  ///< accept, connect: the connection
  Instant at;               ///< not before
  std::uint64_t part = 0;   ///< of which part of the script; 0: of none that can be left out
};

/// Connections and listeners have numbers of their own here: 1, 2, 3 ... in the order in which they
/// were opened, since a handle's slot is used again.
struct Script {
  std::vector<Arrival> arrivals;  ///< in order
  std::vector<Entry> listeners;   ///< answers to listen; `opened.slot` is the number
  std::vector<Address> locals;    ///< by number of connection, as far as somebody asked
  std::uint64_t sockets = 0;
  std::uint64_t parts = 0;  ///< accepted connections and signals: what can be left out
  Instant begins;
  WallTime wall_began;
};

/// The script of the first run in `recording`.
Script script_of(const Recording& recording);

/// The same without the parts for which `is_out` says true, by number from 1.
Script without(const Script& script, const std::vector<bool>& is_out);

}  // namespace rill::record
