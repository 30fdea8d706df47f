// The rules, event by event. See causality.h.
#include "scheduler/export/causality.h"

#include <algorithm>
#include <optional>

#include "scheduler/export/events.h"

namespace rill::exports {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// What was last seen of one end of a connection.
struct EndState {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sends;  ///< offset and event
  std::uint32_t delivered = kNone;
  std::uint32_t established = kNone;
  std::uint32_t ended = kNone;  ///< shutdown, or close
};

struct ConnectionState {
  EndState a;
  EndState b;
  std::uint32_t connect = kNone;

  EndState& of(End end) { return end == End::b ? b : a; }
};

}  // namespace

class CausalityBuilder {
 public:
  CausalityBuilder(const trace::Log& log, Causality& to) : log_(log), to_(to) {}

  void build() {
    to_.lane_of_.reserve(log_.records.size());
    to_.causes_.resize(log_.records.size());
    const std::vector<std::string> tasks = tasks_of(log_);
    for (std::uint32_t i = 0; i < log_.records.size(); ++i) {
      const Record& record = log_.records[i];
      const std::uint32_t lane = lane_named(lane_of(record, tasks[i]));
      to_.lane_of_.push_back(lane);
      now_ = &to_.causes_[i];
      after(last_[lane]);
      for (const std::uint32_t event : pending_[lane]) after(event);
      pending_[lane].clear();
      if (record.cause != 0) after(index_of(record.cause));
      find_causes(record);
      last_[lane] = i;
      remember(record, i);
    }
  }

 private:
  std::uint32_t lane_named(const std::string& name) {
    const auto [found, is_new] =
        lanes_.try_emplace(name, static_cast<std::uint32_t>(to_.lanes_.size()));
    if (is_new) {
      to_.lanes_.push_back(name);
      last_.push_back(kNone);
      pending_.emplace_back();
    }
    return found->second;
  }

  std::uint32_t index_of(std::uint64_t n) const {
    const Record* const found = log_.find(n);
    return found == nullptr ? kNone : static_cast<std::uint32_t>(found - log_.records.data());
  }

  void after(std::uint32_t event) {
    if (event != kNone) now_->push_back(event);
  }

  /// The last send of which something is in [.., end).
  void after_send(const EndState& state, std::uint64_t end) {
    const auto& sends = state.sends;
    const auto behind = std::lower_bound(
        sends.begin(), sends.end(), end,
        [](const auto& send, std::uint64_t offset) { return send.first < offset; });
    if (behind != sends.begin()) after(std::prev(behind)->second);
  }

  void find_causes(const Record& record) {
    if (!record.target.empty() && record.kind != Kind::spawn && record.kind != Kind::wake) {
      after(last_[lane_named(record.target)]);  // what the task had done until then
    }
    const auto found = connections_.find(record.conn);
    if (found == connections_.end() || record.end == End::none) return;
    ConnectionState& connection = found->second;
    EndState& here = connection.of(record.end);
    EndState& there = connection.of(other(record.end));
    switch (record.kind) {
      case Kind::segment:
        return after_send(here, record.offset + record.bytes);
      case Kind::recv:
        if (here.delivered != kNone) return after(here.delivered);
        return after_send(there, record.offset + record.bytes);  // on real sockets
      case Kind::established:
      case Kind::accept:
        after(connection.connect);
        return after(here.established);
      case Kind::refuse:
        return after(connection.connect);
      case Kind::end_of_stream:
      case Kind::reset:
        return after(there.ended);
      default:
        return;
    }
  }

  void remember(const Record& record, std::uint32_t event) {
    if ((record.kind == Kind::spawn || record.kind == Kind::wake) && !record.target.empty()) {
      pending_[lane_named(record.target)].push_back(event);
    }
    if (record.conn == 0 || record.end == End::none) return;
    ConnectionState& connection = connections_[record.conn];
    EndState& here = connection.of(record.end);
    if (record.kind == Kind::connect) connection.connect = event;
    if (record.kind == Kind::established) here.established = event;
    if (record.kind == Kind::deliver) here.delivered = event;
    if (record.kind == Kind::shutdown || record.kind == Kind::close) here.ended = event;
    // In order, or the search would not find its way.
    const bool is_next = here.sends.empty() || here.sends.back().first <= record.offset;
    if (record.kind == Kind::send && is_next) here.sends.emplace_back(record.offset, event);
  }

  const trace::Log& log_;
  Causality& to_;
  std::map<std::string, std::uint32_t> lanes_;
  std::vector<std::uint32_t> last_;                  ///< by lane: its last event
  std::vector<std::vector<std::uint32_t>> pending_;  ///< by lane: what its next event is after
  std::map<std::uint64_t, ConnectionState> connections_;
  std::vector<std::uint32_t>* now_ = nullptr;
};

Causality::Causality(const trace::Log& log) { CausalityBuilder(log, *this).build(); }

namespace {

using Clock = VectorClocks::Clock;
using ClockPointer = std::shared_ptr<const Clock>;

Clock::const_iterator entry_of(const Clock& clock, std::uint32_t lane) {
  return std::lower_bound(
      clock.begin(), clock.end(), lane,
      [](const VectorClocks::Entry& entry, std::uint32_t wanted) { return entry.lane < wanted; });
}

/// Whether it has all that `other` has.
bool knows(const Clock& clock, const Clock& other) {
  auto mine = clock.begin();
  for (const VectorClocks::Entry& entry : other) {
    while (mine != clock.end() && mine->lane < entry.lane) ++mine;
    if (mine == clock.end() || mine->lane != entry.lane || mine->count < entry.count) return false;
  }
  return true;
}

Clock joined(const Clock& a, const Clock& b) {
  Clock both;
  both.reserve(std::max(a.size(), b.size()));
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    if (right == b.end() || (left != a.end() && left->lane < right->lane)) {
      both.push_back(*left++);
    } else if (left == a.end() || right->lane < left->lane) {
      both.push_back(*right++);
    } else {
      both.push_back({left->lane, std::max(left->count, right->count)});
      ++left;
      ++right;
    }
  }
  return both;
}

ClockPointer counted_on(const Clock& clock, std::uint32_t lane) {
  auto next = std::make_shared<Clock>(clock);
  const auto place = next->begin() + (entry_of(clock, lane) - clock.begin());
  if (place != next->end() && place->lane == lane) {
    ++place->count;
  } else {
    next->insert(place, {lane, 1});
  }
  return next;
}

}  // namespace

std::uint32_t VectorClocks::count_in(const Clock& clock, std::uint32_t lane) {
  const auto entry = entry_of(clock, lane);
  return entry != clock.end() && entry->lane == lane ? entry->count : 0;
}

VectorClocks::VectorClocks(const Causality& causality, const std::vector<std::uint32_t>& events) {
  if (events.empty()) return;
  const std::uint32_t first = events.front();
  const std::uint32_t behind = events.back() + 1;
  std::vector<std::uint32_t> last_effect(behind - first);  // after it nobody asks for the clock
  for (std::uint32_t i = first; i < behind; ++i) {
    for (const std::uint32_t cause : causality.causes(i)) {
      if (cause >= first) last_effect[cause - first] = i;
    }
  }
  // An event that learns nothing shares the clock of the one before it: most do.
  std::vector<ClockPointer> all(behind - first);
  const auto none = std::make_shared<const Clock>();
  for (std::uint32_t i = first; i < behind; ++i) {
    ClockPointer clock = none;
    for (const std::uint32_t cause : causality.causes(i)) {
      if (cause < first) continue;
      const ClockPointer& from = all[cause - first];
      if (clock == from || knows(*clock, *from)) continue;
      clock = knows(*from, *clock) ? from : std::make_shared<const Clock>(joined(*clock, *from));
    }
    if (i == events[clocks_.size()]) {
      clock = counted_on(*clock, causality.lane(i));
      clocks_.push_back(clock);
    }
    for (const std::uint32_t cause : causality.causes(i)) {
      if (cause >= first && last_effect[cause - first] == i) all[cause - first] = nullptr;
    }
    if (last_effect[i - first] != 0) all[i - first] = std::move(clock);
  }
}

}  // namespace rill::exports
