// What of a trace is a slice, a wait, an arrow. See perfetto.h.
#include "scheduler/export/perfetto.h"

#include <algorithm>
#include <map>
#include <set>

#include "scheduler/export/causality.h"
#include "scheduler/export/events.h"
#include "scheduler/export/left_out.h"
#include "scheduler/export/perfetto_file.h"
#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

using trace::Kind;
using trace::Record;
using Track = PerfettoFile::Track;

constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr Track kNetwork{1, 0};

/// How far behind its last event a step ends. Nanoseconds are read as fractions of microseconds, of
/// which Perfetto cuts what it cannot hold: a duration may lose one.
std::uint64_t tail_of(PerfettoClock clock) { return clock == PerfettoClock::steps ? 1 : 2; }

/// Where each event is on the time axis: ascending, so that one instant is not one point. Behind a
/// tail of 2 is a gap of 1, so that no rounding makes a step overlap with the next one.
std::vector<std::uint64_t> positions_of(const trace::Log& log, PerfettoClock clock) {
  const bool is_by_time = clock == PerfettoClock::time;
  std::vector<std::uint64_t> positions;
  std::uint64_t next = 0;
  for (const Record& record : log.records) {
    if (is_by_time && record.kind == Kind::step) next += tail_of(clock);
    next = std::max(next, is_by_time ? record.t_ns : record.n);
    positions.push_back(next++);
  }
  return positions;
}

/// The step that the event of `first` begins: up to `last`, the last event of its task in it.
struct Slice {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// One after the other, since one task runs at a time. What happens meanwhile without a task - the
/// network, a host's first use, a decision, a fault - does not end a step.
std::vector<Slice> slices_of(const trace::Log& log) {
  std::vector<Slice> slices;
  for (std::uint32_t i = 0; i < log.records.size(); ++i) {
    const Record& record = log.records[i];
    if (record.task.empty()) continue;
    if (record.kind == Kind::step) {
      slices.push_back({i, i});
    } else if (!slices.empty() && record.task == log.records[slices.back().first].task) {
      slices.back().last = i;
    }
  }
  return slices;
}

/// What a program does that the network answers.
bool is_call(Kind kind) {
  return kind == Kind::connect || kind == Kind::send || kind == Kind::shutdown ||
         kind == Kind::close;
}

class Timeline {
 public:
  Timeline(const trace::Log& log, PerfettoClock clock)
      : log_(log),
        causality_(log),
        at_(positions_of(log, clock)),
        slices_(slices_of(log)),
        tail_(tail_of(clock)),
        file_(clock == PerfettoClock::time),
        slice_of_(log.records.size(), kNone),
        is_shown_(log.records.size()) {}

  ExportResult run() {
    find_tracks();
    for (std::uint32_t i = 0; i < slices_.size(); ++i) draw_slice(i);
    for (std::uint32_t i = 0; i < log_.records.size(); ++i) draw(i);
    for (const auto& [id, open] : open_) close_open(open, end_of_log(), true);
    draw_arrows();
    LeftOut left_out;
    for (std::size_t i = 0; i < is_shown_.size(); ++i) {
      is_shown_[i] ? left_out.show() : left_out.hide(log_.records[i]);
    }
    left_out.add(arrows_without_step_,
                 "tasks were woken or spawned by nobody's step, or never ran "
                 "after it: no arrow");
    Arguments about;
    about.text("program", log_.header.program).text("world", log_.header.world);
    if (log_.header.seed) about.text("seed", std::to_string(*log_.header.seed));
    std::string choices;
    for (const std::string& choice : log_.header.chosen)
      choices += (choices.empty() ? "" : " ") + choice;
    about.text("choices", choices).text("token", log_.header.token);
    return left_out.result(file_.take(about), log_);
  }

 private:
  /// A wait, or a segment on its way.
  struct Open {
    Track track;
    std::string category;
    std::string name;
    std::uint64_t id = 0;
  };

  std::uint64_t end_of_log() const { return at_.empty() ? 0 : at_.back() + 1; }

  Track process_of(const std::string& host) const {
    const auto found = processes_.find(host);
    return found == processes_.end() ? kNetwork : Track{found->second, 0};
  }
  Track track_of(const Record& record) const {
    const auto found = tracks_.find(record.task);
    return found != tracks_.end() ? found->second : process_of(record.host);
  }

  /// Hosts and tasks, numbered in the order of the trace.
  void find_tracks() {
    std::vector<std::string> tasks;
    std::map<std::string, std::string> host_of;
    const auto see = [&](const std::string& task, const std::string& host) {
      if (!host.empty() && processes_.count(host) == 0) {
        const std::uint64_t number = processes_.size() + 2;
        processes_[host] = number;
        file_.name_process({number, 0}, one_line(host));
      }
      if (task.empty()) return;
      const auto [found, is_new] = host_of.try_emplace(task, host);
      if (is_new) tasks.push_back(task);
      if (found->second.empty()) found->second = host;
    };
    file_.name_process(kNetwork, "network");
    for (const Record& record : log_.records) {
      see(record.task, record.host);
      if (record.kind == Kind::spawn) {
        see(record.target, record.target_host.empty() ? record.host : record.target_host);
      }
    }
    for (const std::string& task : tasks) {
      const Track track{process_of(host_of[task]).process, tracks_.size() + 1};
      tracks_[task] = track;
      file_.name_thread(track, one_line(task));
    }
  }

  void draw_slice(std::uint32_t number) {
    const Slice& slice = slices_[number];
    const Record& step = log_.records[slice.first];
    std::string did;
    for (std::uint32_t i = slice.first; i <= slice.last; ++i) {
      if (log_.records[i].task != step.task) continue;
      slice_of_[i] = number;
      if (i == slice.first) continue;
      if (did.size() < 400) did += (did.empty() ? "" : "; ") + told(log_.records[i]);
    }
    Arguments arguments;
    arguments.number("step", step.n).number("t_ns", step.t_ns).text("does", did);
    file_.slice(track_of(step), step.at.empty() ? "step" : one_line(step.at), at_[slice.first],
                at_[slice.last] + tail_, arguments);
    is_shown_[slice.first] = true;
  }

  void open(std::uint64_t id, Open what, const Arguments& arguments, std::uint64_t at) {
    file_.begin(what.track, what.category, what.name, id, at, arguments);
    what.id = id;
    open_[id] = std::move(what);
  }
  void close(std::uint64_t id, std::uint64_t at) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    close_open(found->second, at, false);
    open_.erase(found);
  }
  void close_open(const Open& open, std::uint64_t at, bool is_unfinished) {
    Arguments arguments;
    if (is_unfinished) arguments.number("unfinished", 1);
    file_.end(open.track, open.category, open.name, open.id, at, arguments);
  }

  void end_wait(const std::string& task, std::uint64_t at) {
    const auto found = waits_.find(task);
    if (found == waits_.end()) return;
    close(found->second, at);
    waits_.erase(found);
  }

  void draw(std::uint32_t i) {
    const Record& record = log_.records[i];
    switch (record.kind) {
      case Kind::block:
        end_wait(record.task, at_[i]);
        waits_[record.task] = record.n;
        open(record.n, {track_of(record), "wait", one_line(record.on)},
             Arguments().text("what", record.text).number("step", record.n), at_[i]);
        break;
      case Kind::step:
        end_wait(record.task, at_[i]);
        count_ready(record.task, false, at_[i]);
        return;  // shown by its slice
      case Kind::wake:
        end_wait(record.target, at_[i]);
        count_ready(record.target, true, at_[i]);
        return;  // shown by its arrow
      case Kind::segment:
        open(record.n, {process_of(record.host), "segment", told(record)},
             Arguments().number("conn", record.conn).number("offset", record.offset), at_[i]);
        break;
      case Kind::deliver:
      case Kind::lost:
        if (record.kind == Kind::lost) instant(i);
        close(record.cause, at_[i]);
        break;
      case Kind::host:
        break;  // shown as a process
      case Kind::decide:
      case Kind::end:
        return;
      default:
        if (record.kind == Kind::spawn) count_ready(record.target, true, at_[i]);
        if (record.kind != Kind::spawn && !record.target.empty()) {
          end_wait(record.target, at_[i]);
          count_ready(record.target, false, at_[i]);
        }
        instant(i);
    }
    is_shown_[i] = true;
  }

  void instant(std::uint32_t i) {
    const Record& record = log_.records[i];
    const char scope = record.kind == Kind::fault ? 'g' : record.task.empty() ? 'p' : 't';
    file_.instant(
        track_of(record), told(record), at_[i], scope,
        Arguments().number("n", record.n).number("t_ns", record.t_ns).text("at", record.at));
  }

  void count_ready(const std::string& task, bool is_ready, std::uint64_t at) {
    const bool has_changed = is_ready ? ready_.insert(task).second : ready_.erase(task) > 0;
    if (has_changed) file_.counter(kNetwork, "ready tasks", at, ready_.size());
  }

  /// The event within a step from which a wake or a spawn came; kNone: there is none.
  std::uint32_t origin(std::uint32_t event) const {
    for (int hops = 0; hops < 4 && event != kNone; ++hops) {
      if (slice_of_[event] != kNone) return event;
      const Record& record = log_.records[event];
      std::uint32_t next = kNone;
      if (const Record* const cause = record.cause != 0 ? log_.find(record.cause) : nullptr) {
        next = static_cast<std::uint32_t>(cause - log_.records.data());
      } else if (record.conn != 0) {
        for (const std::uint32_t before : causality_.causes(event)) {
          if (is_call(log_.records[before].kind)) next = before;
        }
      }
      event = next;
    }
    return kNone;
  }

  /// From what woke or spawned a task to its next step.
  void draw_arrows() {
    std::map<std::string, std::vector<std::uint32_t>> pending;
    for (std::uint32_t i = 0; i < log_.records.size(); ++i) {
      const Record& record = log_.records[i];
      if (record.kind == Kind::wake || record.kind == Kind::spawn) {
        pending[record.target].push_back(i);
      }
      if (slice_of_[i] == kNone || slices_[slice_of_[i]].first != i) continue;
      for (const std::uint32_t event : pending[record.task]) draw_arrow(event, i);
      pending.erase(record.task);
    }
    for (std::uint32_t i = 0; i < log_.records.size(); ++i) draw_arrow_of_object(i);
    for (const auto& [task, events] : pending) arrows_without_step_ += events.size();
  }

  /// From what put a value, a permit or a set flag into an object to who takes it there.
  void draw_arrow_of_object(std::uint32_t event) {
    const Record& record = log_.records[event];
    if (record.kind != Kind::sync || record.cause == 0 || slice_of_[event] == kNone) return;
    const Record* const cause = log_.find(record.cause);
    if (cause == nullptr || cause->task == record.task) return;
    const auto from = static_cast<std::uint32_t>(cause - log_.records.data());
    if (slice_of_[from] == kNone) return;
    file_.arrow(one_line(record.object), record.n,
                track_of(log_.records[slices_[slice_of_[from]].first]), at_[from], track_of(record),
                at_[event]);
  }

  void draw_arrow(std::uint32_t event, std::uint32_t step) {
    const std::uint32_t from = origin(event);
    if (from == kNone) {
      ++arrows_without_step_;
      return;
    }
    const Record& cause = log_.records[event];
    file_.arrow(to_string(cause.kind), cause.n,
                track_of(log_.records[slices_[slice_of_[from]].first]), at_[from],
                track_of(log_.records[step]), at_[step]);
    is_shown_[event] = true;
  }

  const trace::Log& log_;
  Causality causality_;
  std::vector<std::uint64_t> at_;
  std::vector<Slice> slices_;
  const std::uint64_t tail_;
  PerfettoFile file_;
  std::map<std::string, std::uint64_t> processes_;  ///< by host
  std::map<std::string, Track> tracks_;             ///< by task
  std::vector<std::uint32_t> slice_of_;             ///< by event; kNone: in no step
  std::vector<bool> is_shown_;                      ///< by event
  std::map<std::uint64_t, Open> open_;
  std::map<std::string, std::uint64_t> waits_;  ///< by task: the id of its wait
  std::set<std::string> ready_;
  std::uint64_t arrows_without_step_ = 0;
};

}  // namespace

ExportResult to_perfetto(const trace::Log& log, PerfettoClock clock) {
  return Timeline(log, clock).run();
}

}  // namespace rill::exports
