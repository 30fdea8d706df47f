// Model: what a picture of a run needs beyond its records: tasks with their states over time,
// connections with who uses them, and arrows. A function of the trace alone.
//
// page/model.js, connections.js and layout.js are the same for the page; tests/view compares what
// both say.
// A Model refers to its Log, which must outlive it. Events are named by their place in
// Log::records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/trace/record.h"
#include "scheduler/view/names.h"

namespace rill::view {

enum class State : std::uint8_t {
  unborn,
  ready,
  running,
  network,  ///< waits for it, or for a signal
  timer,    ///< sleeps
  task,     ///< waits for another task: join, channel, event, ...
  finished,
  failed,
  killed,
};

inline constexpr std::size_t kNone = SIZE_MAX;

struct Task {
  std::string name;
  std::string host;
  std::vector<std::size_t> at;  ///< the event from which on it is in `state`, ascending
  std::vector<State> state;
  std::vector<std::size_t> events;  ///< what it does, and what is done to it, ascending
  bool has_ended() const { return !state.empty() && state.back() >= State::finished; }
};

struct Sent {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::string_view data;
  std::size_t i = kNone;  ///< the event
};

/// One end of a connection.
struct EndOfConnection {
  std::string host;
  std::string address;
  std::vector<std::size_t> uses;  ///< events of tasks that had it in their hands
  std::vector<Sent> sent;         ///< what left here, by offset
};

struct Connection {
  EndOfConnection a, b;
  std::size_t accepted = kNone;  ///< the event
  const EndOfConnection& end(trace::End which) const { return which == trace::End::a ? a : b; }
  EndOfConnection& end(trace::End which) { return which == trace::End::a ? a : b; }
};

/// From one lane to another, by way of the network or of an object through which tasks meet.
struct Arrow {
  std::size_t from = kNone;
  std::size_t to = kNone;  ///< where it arrives, or is lost
  const Task* target = nullptr;
  bool is_lost = false;
  bool is_of_object = false;
};

class Model {
 public:
  explicit Model(const trace::Log& log);

  const trace::Log& log() const { return log_; }
  /// Without the `end`.
  std::size_t events() const { return events_; }
  const trace::Record& event(std::size_t i) const { return log_.records[i]; }
  /// Its text, in which each task has the name of its lane.
  std::string text(std::size_t i) const;
  /// In the order of their first event.
  const std::vector<Task>& tasks() const { return tasks_; }
  /// The same, host by host.
  std::vector<const Task*> tasks_by_host() const;
  const std::map<std::uint64_t, Connection>& connections() const { return connections_; }
  const Task* find_task(std::string_view name) const;
  const Connection* find_connection(std::uint64_t number) const;

  /// The task that event n wakes, or "": what the network does for a task wakes it.
  std::string_view woken_by(std::uint64_t n) const;
  /// The tasks that event n wakes by way of a channel, a semaphore or an event.
  const std::vector<std::string_view>& let_go_by(std::uint64_t n) const;
  /// Who has one end of a connection in its hands around event i: who uses it next, or did last.
  const Task* owner_of(std::uint64_t connection, trace::End end, std::size_t i,
                       bool looks_ahead) const;
  /// The place of the event with this number, or kNone.
  std::size_t place_of(std::uint64_t n) const;
  /// The task that is called so behind its '#', or "".
  std::string_view name_of(std::string_view number) const;
  /// The block that a task is in after event i, or kNone.
  std::size_t wait_at(const Task& task, std::size_t i) const;
  /// The task in whose lane an event is, or null.
  const Task* lane_of(std::size_t i) const;
  /// What leaves by each event, where something does.
  std::map<std::size_t, Arrow> arrows() const;
  /// Segments that are one of several pieces of what was sent at once: "1/3".
  std::map<std::size_t, std::string> pieces() const;

 private:
  Task& task_of(const std::string& name, const std::string& host);
  void see_host(const std::string& name);
  void find_hosts_and_tasks();
  void find_connections();
  void find_states();
  std::vector<std::size_t> sends_into(std::size_t i) const;

  const trace::Log& log_;
  std::size_t events_ = 0;
  std::vector<std::string> hosts_;  // in the order of their first event
  std::set<std::string_view> known_hosts_;
  std::vector<Task> tasks_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  NamesByNumber names_;
  std::map<std::uint64_t, std::string_view> woken_;
  std::map<std::uint64_t, std::vector<std::string_view>> let_go_;
  std::map<std::uint64_t, Connection> connections_;
};

}  // namespace rill::view
