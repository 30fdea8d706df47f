// One event of a run, as its trace has it, and a whole trace in memory. docs/trace.md is the
// schema: which fields an event of each kind has, and what they mean.
//
// Exports and viewers are pure functions of a Log, and know nothing else of a run. Invariant of a
// Log: `n` ascends, and a cause comes before its effect.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rill::trace {

inline constexpr std::uint64_t kVersion = 1;

enum class Kind : std::uint8_t {
  host,
  spawn,
  step,
  block,
  wake,
  finish,
  fail,
  kill,
  time_out,
  sync,
  decide,
  listen,
  connect,
  established,
  accept,
  send,
  segment,
  lost,
  deliver,
  recv,
  shutdown,
  end_of_stream,
  close,
  reset,
  refuse,
  resolve,
  signal,
  fault,
  property,
  note,
  run_fails,
  end,
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::end) + 1;

inline constexpr std::array<std::string_view, kKinds> kKindNames = {
    "host",     "spawn",   "step",    "block",  "wake",     "finish",        "fail",      "kill",
    "time_out", "sync",    "decide",  "listen", "connect",  "established",   "accept",    "send",
    "segment",  "lost",    "deliver", "recv",   "shutdown", "end_of_stream", "close",     "reset",
    "refuse",   "resolve", "signal",  "fault",  "property", "note",          "run_fails", "end",
};
constexpr std::string_view to_string(Kind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}
std::optional<Kind> kind_of(std::string_view name);

/// Which end of a connection.
enum class End : std::uint8_t {
  none,
  a,  ///< who connected
  b,  ///< who accepted
};

constexpr End other(End end) { return end == End::a ? End::b : end == End::b ? End::a : End::none; }

/// What is 0, empty or none is not in the line - but for numbers that every event of the kind has.
/// The comment says what the kinds are that have it; docs/trace.md says what it means there. Of a
/// Log the texts are its own; of a record that is being made they are borrowed (live_record.h).
template <class Text, class Texts>
struct RecordOf {
  std::uint64_t n = 0;
  std::uint64_t t_ns = 0;  ///< "t"
  Kind kind{};
  Text host;
  Text task;

  Text target;                            ///< spawn, wake, finish, fail, kill, time_out
  Text object;                            ///< sync, block, wake: "channel#1"
  Text did;                               ///< sync: "put"
  Text target_host;                       ///< spawn
  Text on;                                ///< block
  std::uint64_t conn = 0;                 ///< what is about a connection
  End end = End::none;                    ///< the same
  std::uint64_t socket = 0;               ///< what is about a listener
  std::optional<std::uint64_t> until_ns;  ///< block: "until"
  std::optional<std::uint64_t> limit_ns;  ///< block, time_out: "limit"
  Text limit_at;                          ///< block
  Texts chain;                            ///< block
  Text in;                                ///< spawn, block
  Text why;                               ///< wake
  std::uint64_t cause = 0;                ///< n of the event that did it
  Text site;                              ///< decide, fault
  std::uint64_t key = 0;                  ///< decide, fault; in hexadecimal
  std::uint64_t choice = 0;               ///< decide
  std::uint64_t of = 0;                   ///< decide, sync
  std::uint64_t count = 0;                ///< decide, sync
  std::uint64_t port = 0;                 ///< listen, refuse
  Text address;                           ///< host, listen
  Text from;                              ///< connect, established, accept
  Text to;                                ///< the same
  bool again = false;                     ///< connect, segment
  std::uint64_t offset = 0;               ///< what moves bytes
  std::uint64_t bytes = 0;                ///< the same
  Text data;                              ///< send, recv: the bytes, or the first of them
  Text name;                              ///< resolve, property
  Text addresses;                         ///< resolve
  std::uint64_t signal = 0;               ///< signal
  std::uint64_t strength = 0;             ///< fault
  bool holds = false;                     ///< property
  std::uint64_t events = 0;               ///< end
  std::uint64_t tasks = 0;                ///< end
  Text fingerprint;                       ///< end
  std::uint64_t left_out = 0;             ///< end

  Text at;
  Text text;

  friend bool operator==(const RecordOf&, const RecordOf&) = default;
};

using Record = RecordOf<std::string, std::vector<std::string>>;

/// The first line.
struct Header {
  std::string program = {};
  std::string world = "sim";      ///< "sim", "epoll", "uring", "replay"
  std::string clock = "virtual";  ///< or "monotonic": real time since the run began
  std::optional<std::uint64_t> seed = {};
  std::string command = {};              ///< what to type for the run, but for seed and `chosen`
  std::vector<std::string> chosen = {};  ///< what the seed did not decide (scheduler/choice.h)
  std::string token = {};                ///< what repeats the run; empty: nothing does
  std::uint64_t left_out = 0;

  friend bool operator==(const Header&, const Header&) = default;
};

struct Log {
  Header header;
  std::vector<Record> records;
  /// Events of kinds that this version does not know, which are not among the records.
  std::uint64_t unknown = 0;
  bool is_torn = false;  ///< the last line was not whole, and was left out

  /// Whether the run was followed to its end: the last record says so.
  bool is_whole() const { return !is_torn && has_end(); }
  bool has_end() const { return !records.empty() && records.back().kind == Kind::end; }
  /// How many events are missing: those that the first line says were taken away, and those that
  /// the last says did not fit.
  std::uint64_t left_out() const {
    return header.left_out + (has_end() ? records.back().left_out : 0);
  }
  /// Null if there is none.
  const Record* find(std::uint64_t n) const {
    const auto found = std::lower_bound(records.begin(), records.end(), n,
                                        [](const Record& r, std::uint64_t i) { return r.n < i; });
    return found != records.end() && found->n == n ? &*found : nullptr;
  }
};

}  // namespace rill::trace
