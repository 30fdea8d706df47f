// Linearizability: whether what concurrent callers saw can be explained by one caller at a time.
//
// A history is a list of calls with their results and with when they began and ended. It is
// linearizable (Herlihy and Wing, 1990) if the calls can be put in one order in which a sequential
// model gives the same results, and no call comes before one that had ended when it began. A call
// that never ended may have had its effect, or not.
// The search is Wing and Gong's, with Lowe's memory of what was tried: (calls done, state) pairs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rill::simnet {

template <class Call, class Result>
struct HistoryEntry {
  std::uint64_t who = 0;    ///< the caller: a number of the caller's choice
  std::uint64_t began = 0;  ///< a moment that grows from event to event
  std::uint64_t ended = UINT64_MAX;
  Call call;
  std::optional<Result> result;  ///< none: it has not ended
};

/// What happened, in the order of its beginning.
template <class Call, class Result>
class History {
 public:
  using Entry = HistoryEntry<Call, Result>;

  /// Returns the call's number, for end().
  std::size_t begin(std::uint64_t who, Call call) {
    entries_.push_back({who, ++moment_, UINT64_MAX, std::move(call), std::nullopt});
    return entries_.size() - 1;
  }
  void end(std::size_t number, Result result) {
    entries_[number].ended = ++moment_;
    entries_[number].result.emplace(std::move(result));
  }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::uint64_t moment_ = 0;
  std::vector<Entry> entries_;
};

namespace detail {

template <class State, class Call, class Result, class Apply>
class Linearizer {
 public:
  Linearizer(const std::vector<HistoryEntry<Call, Result>>& history, Apply apply)
      : history_(history), apply_(apply) {}

  bool explain(std::uint64_t done, const State& state) {
    if (is_explained(done)) return true;
    std::vector<State>& tried = tried_[done];
    for (const State& before : tried) {
      if (before == state) return false;
    }
    tried.push_back(state);
    // Only a call that began before every other one ended can come first.
    std::uint64_t first_end = UINT64_MAX;
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (!is_done(done, i) && history_[i].ended < first_end) first_end = history_[i].ended;
    }
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (is_done(done, i) || history_[i].began > first_end) continue;
      State next = state;
      const Result result = apply_(next, history_[i].call);
      if (history_[i].result && !(*history_[i].result == result)) continue;
      if (explain(done | std::uint64_t{1} << i, next)) return true;
    }
    return false;
  }

 private:
  static bool is_done(std::uint64_t done, std::size_t i) { return (done >> i & 1) != 0; }
  /// What never ended need not have happened.
  bool is_explained(std::uint64_t done) const {
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (!is_done(done, i) && history_[i].result) return false;
    }
    return true;
  }

  const std::vector<HistoryEntry<Call, Result>>& history_;
  Apply apply_;
  std::map<std::uint64_t, std::vector<State>> tried_;
};

}  // namespace detail

/// Whether some order explains `history`, from `initial` on. apply(State&, const Call&) -> Result
/// is the sequential model; State and Result are compared by ==. Throws std::length_error for more
/// than 64 calls.
template <class State, class Call, class Result, class Apply>
bool is_linearizable(const std::vector<HistoryEntry<Call, Result>>& history, const State& initial,
                     Apply apply) {
  if (history.size() > 64) {
    throw std::length_error("is_linearizable() takes at most 64 calls, and got " +
                            std::to_string(history.size()) + ": generate fewer commands");
  }
  return detail::Linearizer<State, Call, Result, Apply>(history, apply).explain(0, initial);
}

}  // namespace rill::simnet
