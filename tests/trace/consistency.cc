// See consistency.h.
#include "tests/trace/consistency.h"

#include <map>
#include <set>
#include <utility>

#include "scheduler/trace/line.h"

namespace rill::testing {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

constexpr std::size_t kMostSentences = 8;

class Checker {
 public:
  explicit Checker(const trace::Log& log) : log_(log) {}

  std::vector<std::string> run() {
    for (const Record& record : log_.records) {
      now_ = &record;
      check_place(record);
      check_task(record);
      check_object(record);
      check_stream(record);
      if (wrong_.size() >= kMostSentences) return wrong_;
    }
    must(log_.is_whole(), "the last event is no end");
    must(log_.unknown == 0, "there are kinds that the reader does not know");
    return wrong_;
  }

 private:
  enum class State : std::uint8_t { ready, runs, blocked, ended };
  struct Task {
    State state = State::ready;
    std::uint64_t last_step = 0;
    const Record* block = nullptr;
    bool has_timed_out = false;
  };
  struct Direction {
    std::uint64_t sent = 0, left = 0, arrived = 0, read = 0;
    std::string sent_data, read_data;
    std::uint64_t shutdown = 0;
    bool has_ended = false;
    bool is_closed = false;
    bool data_is_whole = true;
  };

  void must(bool holds, const std::string& sentence) {
    if (holds) return;
    wrong_.push_back(sentence + "\n" + lines_about(*now_));
  }
  /// The event, and what happened before to the same connection or task.
  std::string lines_about(const Record& wrong) const {
    constexpr std::size_t kMostLines = 12;
    std::vector<const Record*> lines;
    for (const Record& record : log_.records) {
      const bool is_of_task = !wrong.target.empty() && wrong.target == record.target;
      const bool is_of_connection = wrong.conn != 0 && wrong.conn == record.conn;
      if (is_of_task || is_of_connection || &record == &wrong) lines.push_back(&record);
      if (&record == &wrong) break;
    }
    std::string text;
    for (std::size_t i = lines.size() - std::min(lines.size(), kMostLines); i < lines.size(); ++i) {
      Record shown = *lines[i];
      shown.data.resize(std::min<std::size_t>(shown.data.size(), 16));
      append_line(text, shown);
    }
    return text;
  }
  const Record* cause_of(const Record& record) { return log_.find(record.cause); }

  /// n, time, hosts, the end.
  void check_place(const Record& record) {
    must(record.n == ++n_, "events are not numbered one by one");
    must(record.t_ns >= t_ns_, "time runs backwards");
    t_ns_ = record.t_ns;
    if (record.kind == Kind::host) must(hosts_.insert(record.host).second, "a host comes twice");
    for (const std::string& host : {record.host, record.target_host}) {
      must(host.empty() || hosts_.contains(host), "host " + host + " was not told of before");
    }
    if (record.cause != 0) must(cause_of(record) != nullptr, "its cause is not in the trace");
    if (record.kind == Kind::end) {
      must(record.events == record.n - 1, "the end counts other events");
      must(record.tasks == tasks_.size(), "the end counts other tasks");
      for (const auto& [who, task] : tasks_) must(task.state == State::ended, who + " never ends");
    }
  }

  Task& known(const std::string& who) {
    must(tasks_.contains(who), who + " was never spawned");
    return tasks_[who];
  }

  void check_task(const Record& record) {
    if (!record.task.empty()) {
      must(known(record.task).state != State::ended, record.task + " has ended before");
    }
    switch (record.kind) {
      case Kind::spawn:
        must(tasks_.emplace(record.target, Task()).second, record.target + " is spawned twice");
        return;
      case Kind::step: {
        Task& task = known(record.task);
        must(task.state == State::ready || task.state == State::runs, "it is not ready");
        if (!running_.empty() && running_ != record.task) {
          Task& last = tasks_[running_];
          if (last.state == State::runs) last.state = State::ready;  // it gave way
        }
        task.state = State::runs;
        task.last_step = record.n;
        running_ = record.task;
        return;
      }
      case Kind::block: {
        Task& task = known(record.task);
        must(task.state == State::runs && running_ == record.task, "it did not run");
        must(!record.on.empty() && !record.chain.empty(), "it says nothing of the wait");
        const bool is_of_connection = record.on == "recv" || record.on == "send";
        if (is_of_connection) must(record.conn != 0 && record.end != End::none, "on what?");
        const bool is_of_object =
            record.on == "channel" || record.on == "semaphore" || record.on == "event";
        must(is_of_object == !record.object.empty(), "on which object?");
        must(!record.until_ns || record.limit_ns, "how long does that timer last?");
        task.state = State::blocked;
        task.block = &record;
        task.has_timed_out = false;
        return;
      }
      case Kind::wake:
        return check_wake(record, known(record.target));
      case Kind::time_out: {
        Task& task = known(record.target);
        must(task.state == State::blocked || task.state == State::ready, "it did not wait");
        task.state = State::blocked;
        task.has_timed_out = true;
        return;
      }
      case Kind::finish:
      case Kind::fail:
      case Kind::kill: {
        Task& task = known(record.target);
        must(task.state != State::ended, record.target + " ends twice");
        if (record.kind != Kind::kill) must(task.state == State::runs, "it did not run");
        task.state = State::ended;
        return;
      }
      default:
        return;
    }
  }

  void check_wake(const Record& record, Task& task) {
    must(task.state == State::blocked, record.target + " did not wait");
    task.state = State::ready;
    const Record* const cause = cause_of(record);
    if (task.block != nullptr && !task.has_timed_out) {
      const std::string& on = task.block->on;
      const bool is_call = on == "recv" || on == "send" || on == "accept" || on == "resolve";
      must(!is_call || record.why == "network", "a call ends, but not by the network");
      const bool is_of_tasks = on == "join" || on == "event" || on == "channel";
      must(!is_of_tasks || (record.why == "task" && cause != nullptr), "which task did it?");
    }
    if (!record.object.empty()) {
      must(task.block != nullptr && task.block->object == record.object, "it waited for another");
      must(cause != nullptr && cause->kind == Kind::sync && cause->object == record.object &&
               cause->task == record.task,
           "its cause is not what the waker did to the object");
    } else if (record.why == "task") {
      must(task.block == nullptr || task.block->object.empty() || task.has_timed_out,
           "its object is not named");
      if (!record.task.empty()) {
        must(cause != nullptr && cause->kind == Kind::step && cause->task == record.task,
             "its cause is not the waker's step");
      } else if (cause != nullptr) {
        must(!cause->target.empty(), "its cause is not the end of a task");
      }
    } else if (record.why == "timer") {
      const bool has_until = task.block != nullptr && task.block->until_ns.has_value();
      must(has_until, "nobody waited for a timer");
      if (has_until) must(record.t_ns >= *task.block->until_ns, "the timer fires too early");
    } else {
      must(record.why == "network", "it is woken by nobody");
      if (task.block == nullptr) return;
      const std::string& on = task.block->on;
      // What ends a recv is there, in the same end; what fails a call is perhaps not told.
      if (cause == nullptr) return;
      must(cause->kind == Kind::signal || cause->n > task.last_step,
           "its cause came before the call");
      if (on == "recv" && task.block->conn != 0) {
        must(cause->conn == task.block->conn, "its cause is of another connection");
        if (cause->kind == Kind::recv) must(cause->end == task.block->end, "it is the other end's");
      }
    }
  }

  struct Object {
    bool is_known = false;  ///< something was done to it
    bool is_gone = false;
    std::uint64_t count = 0;
    std::uint64_t turn = 0;  ///< its close, or its last set
  };

  /// Each value is taken once, each permit that was released is acquired once, and the counts fit.
  void check_object(const Record& record) {
    if (record.object.empty()) return;
    const std::string kind = record.object.substr(0, record.object.find('#'));
    const auto [found, is_new] = objects_.try_emplace(record.object);
    if (is_new) {
      must(record.object == kind + "#" + std::to_string(++numbers_[kind]),
           "objects are not numbered one by one");
    }
    Object& object = found->second;
    must(!object.is_gone, "the object was destroyed before");
    if (record.kind != Kind::sync) return;
    const std::string& did = record.did;
    const Record* const cause = cause_of(record);
    const std::uint64_t before = object.count;
    const bool is_known = std::exchange(object.is_known, true);
    object.count = record.count;
    const bool adds = did == "put" || did == "put_back" || did == "release" || did == "give_back";
    const bool takes = did == "take" || did == "acquire";
    const bool may_differ = adds || takes || did == "set" || did == "clear";
    if (is_known || kind != "semaphore") {
      must(may_differ || record.count == before, "it changes what is in it");
      must(!adds || record.count == before || record.count == before + 1, "it adds one at most");
      must(!takes || record.count == before || record.count + 1 == before, "it takes one at most");
    }
    if (did == "offer") must(record.count >= record.of, "there was room");
    if (did == "take" || did == "put_back" || did == "give_back") {
      must(cause != nullptr, "where is it from?");
    }
    if ((takes || did == "put_back" || did == "give_back") && cause != nullptr) {
      must(cause->kind == Kind::sync && cause->object == record.object, "it is of another object");
      must(used_.insert(record.cause).second, "it was taken before");
    }
    if (did == "set" || did == "close") object.turn = record.n;
    if (did == "set") must(record.count == 1, "it is not set");
    if (did == "clear") must(record.count == 0, "it is set");
    if (did == "pass") must(record.count == 1, "it passes what is not set");
    if (did == "pass" || did == "find_end" || did == "refuse") {
      must(record.cause == object.turn, "it was not that which let it through");
    }
    if (did == "destroy") object.is_gone = true;
  }

  bool is_simulated() const { return log_.header.world == "sim"; }
  Direction& at(std::uint64_t conn, End end) { return directions_[{conn, end}]; }

  void check_stream(const Record& record) {
    if (record.conn == 0) return;
    if (record.conn > connections_) {
      must(record.conn == ++connections_, "connections are not numbered one by one");
    }
    // What was not sent when it broke never will be.
    if (record.kind == Kind::reset || record.kind == Kind::fault) broken_.insert(record.conn);
    if (record.end == End::none) return;
    Direction& here = at(record.conn, record.end);
    Direction& there = at(record.conn, other(record.end));
    if (!record.from.empty() && !record.to.empty()) {
      const auto& [before, is_new] =
          addresses_.emplace(std::pair(record.conn, record.end), record.from + record.to);
      must(is_new || before->second == record.from + record.to, "its addresses have changed");
    }
    const Record* const cause = cause_of(record);
    switch (record.kind) {
      case Kind::send:
        must(record.offset == here.sent, "there is a hole in what is sent");
        here.sent += record.bytes;
        here.sent_data += record.data;
        here.data_is_whole = here.data_is_whole && record.data.size() == record.bytes;
        must(here.shutdown == 0, "it is sent behind the end of the stream");
        return;
      case Kind::segment:
        if (record.again) {
          must(cause != nullptr && cause->kind == Kind::segment && !cause->again &&
                   cause->conn == record.conn && cause->end == record.end &&
                   cause->offset == record.offset && cause->bytes == record.bytes,
               "it repeats another segment");
          return;
        }
        must(record.offset == here.left, "there is a hole in what leaves");
        here.left += record.bytes;
        must(here.left <= here.sent, "more leaves than was sent");
        return;
      case Kind::lost:
        check_of_segment(record, cause, record.end);
        lost_.insert(record.cause);
        return;
      case Kind::deliver:
        check_of_segment(record, cause, other(record.end));
        must(!lost_.contains(record.cause), "it was lost");
        must(record.offset == here.arrived, "there is a hole in what arrives");
        here.arrived += record.bytes;
        must(here.arrived <= there.left, "more arrives than has left");
        must(!here.has_ended, "it arrives behind the end of the stream");
        return;
      case Kind::recv:
        must(record.offset == here.read, "there is a hole in what is read");
        here.read += record.bytes;
        // What happens between two real kernels nobody tells.
        must(here.read <= here.arrived || !is_simulated(), "more is read than has arrived");
        here.read_data += record.data;
        // The other end of a real connection may be another process's.
        if (there.data_is_whole && (is_simulated() || there.sent > 0)) {
          must(std::string_view(there.sent_data).substr(0, here.read_data.size()) == here.read_data,
               "it reads other bytes than were sent");
        }
        return;
      case Kind::shutdown:
        must(here.shutdown == 0, "the stream ends twice");
        must(here.left == here.sent || !is_simulated() || broken_.contains(record.conn),
             "the stream ends before all has left");
        here.shutdown = record.n;
        return;
      case Kind::end_of_stream:
        must((record.cause == there.shutdown && record.cause != 0) || !is_simulated(),
             "its cause is no shutdown");
        here.has_ended = true;
        return;
      case Kind::close:
        must(!here.is_closed, "it is closed twice");
        here.is_closed = true;
        return;
      default:
        return;
    }
  }

  void check_of_segment(const Record& record, const Record* cause, End sender) {
    must(cause != nullptr && cause->kind == Kind::segment && cause->conn == record.conn &&
             cause->end == sender && cause->offset == record.offset && cause->bytes == record.bytes,
         "its cause is not its segment");
  }

  const trace::Log& log_;
  const Record* now_ = nullptr;
  std::vector<std::string> wrong_;
  std::uint64_t n_ = 0;
  std::uint64_t t_ns_ = 0;
  std::set<std::string> hosts_;
  std::map<std::string, Task> tasks_;
  std::string running_;
  std::map<std::string, Object> objects_;
  std::map<std::string, std::uint64_t> numbers_;  // of each kind
  std::set<std::uint64_t> used_;                  // by who took what these gave
  std::uint64_t connections_ = 0;
  std::map<std::pair<std::uint64_t, End>, Direction> directions_;
  std::map<std::pair<std::uint64_t, End>, std::string> addresses_;
  std::set<std::uint64_t> lost_;
  std::set<std::uint64_t> broken_;  // connections
};

}  // namespace

std::vector<std::string> inconsistencies(const trace::Log& log) { return Checker(log).run(); }

std::string what_is_inconsistent(const trace::Log& log) {
  std::string text;
  for (const std::string& sentence : inconsistencies(log)) text += sentence + "\n";
  return text;
}

}  // namespace rill::testing
