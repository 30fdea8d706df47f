// One event of a run, as its trace has it, and a whole trace in memory. docs/trace.md is the
// schema: which fields an event of each kind has, and what they mean.
//
// Exports and viewers are pure functions of a Log, and know nothing else of a run. Invariant of a
// Log: `n` ascends, and a cause comes before its effect.
#pragma once

#include <algorithm>
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

/// "host", "spawn", ...
std::string_view to_string(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

/// Which end of a connection.
enum class End : std::uint8_t {
  none,
  a,  ///< who connected
  b,  ///< who accepted
};

constexpr End other(End end) { return end == End::a ? End::b : end == End::b ? End::a : End::none; }

/// What is 0, empty or none is not in the line - but for numbers that every event of the kind has.
/// The comment says what the kinds are that have it; docs/trace.md says what it means there.
struct Record {
  std::uint64_t n = 0;
  std::uint64_t t_ns = 0;  ///< "t"
  Kind kind{};
  std::string host;
  std::string task;

  std::string target;                     ///< spawn, wake, finish, fail, kill, time_out
  std::string object;                     ///< sync, block, wake: "channel#1"
  std::string did;                        ///< sync: "put"
  std::string target_host;                ///< spawn
  std::string on;                         ///< block
  std::uint64_t conn = 0;                 ///< what is about a connection
  End end = End::none;                    ///< the same
  std::uint64_t socket = 0;               ///< what is about a listener
  std::optional<std::uint64_t> until_ns;  ///< block: "until"
  std::optional<std::uint64_t> limit_ns;  ///< block, time_out: "limit"
  std::string limit_at;                   ///< block
  std::vector<std::string> chain;         ///< block
  std::string in;                         ///< spawn, block
  std::string why;                        ///< wake
  std::uint64_t cause = 0;                ///< n of the event that did it
  std::string site;                       ///< decide, fault
  std::uint64_t key = 0;                  ///< decide, fault; in hexadecimal
  std::uint64_t choice = 0;               ///< decide
  std::uint64_t of = 0;                   ///< decide, sync
  std::uint64_t count = 0;                ///< decide, sync
  std::uint64_t port = 0;                 ///< listen, refuse
  std::string address;                    ///< host, listen
  std::string from;                       ///< connect, established, accept
  std::string to;                         ///< the same
  bool again = false;                     ///< connect, segment
  std::uint64_t offset = 0;               ///< what moves bytes
  std::uint64_t bytes = 0;                ///< the same
  std::string data;                       ///< send, recv: the bytes, or the first of them
  std::string name;                       ///< resolve, property
  std::string addresses;                  ///< resolve
  std::uint64_t signal = 0;               ///< signal
  std::uint64_t strength = 0;             ///< fault
  bool holds = false;                     ///< property
  std::uint64_t events = 0;               ///< end
  std::uint64_t tasks = 0;                ///< end
  std::string fingerprint;                ///< end
  std::uint64_t left_out = 0;             ///< end

  std::string at;
  std::string text;

  friend bool operator==(const Record&, const Record&) = default;
};

/// The first line.
struct Header {
  std::string program = {};
  std::string world = "sim";      ///< "sim", "epoll", "uring", "replay"
  std::string clock = "virtual";  ///< or "monotonic": real time since the run began
  std::optional<std::uint64_t> seed = {};
  std::string token = {};  ///< what repeats the run; empty: nothing does
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
  bool is_whole() const { return !is_torn && !records.empty() && records.back().kind == Kind::end; }
  /// Null if there is none.
  const Record* find(std::uint64_t n) const {
    const auto found = std::lower_bound(records.begin(), records.end(), n,
                                        [](const Record& r, std::uint64_t i) { return r.n < i; });
    return found != records.end() && found->n == n ? &*found : nullptr;
  }
};

/// Takes records one by one, in order.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void write(const Record& record) = 0;
  /// How many it could not take.
  virtual std::uint64_t left_out() const { return 0; }
  /// Nothing is held back any more: whatever ends the process, it is kept.
  virtual void flush() {}
};

}  // namespace rill::trace
