// The named observables: what about TCP the two worlds are compared in, as a caller meets it.
//
// Every reply belongs to one of them, by the call and the situation it was made in. Coverage counts
// how often each was met, and with which outcomes, so that a run can show that it looked; an
// observable that a run never met is a hole in the proof, and fails it.
#pragma once

#include <array>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>

#include "tests/differential/situation.h"

namespace rill::differential {

enum class Observable : std::uint8_t {
  listen_free,
  listen_busy,
  listen_again,
  listen_foreign,
  connect_listening,
  connect_full_queue,
  connect_nobody,
  connect_bare,
  accept_queued,
  accept_gone_client,
  accept_empty,
  accept_bare,
  accept_waited,
  addresses,
  recv_open,
  recv_nothing,
  recv_after_own_end,
  recv_before_end,
  recv_end,
  recv_end_again,
  recv_before_reset,
  recv_reset,
  recv_after_error,
  recv_queued_at_closed_listener,
  recv_end_then_reset,
  recv_waited_bytes,
  recv_waited_end,
  recv_waited_reset,
  recv_cancelled,
  drain_open,
  drain_ended,
  drain_reset,
  send_open,
  send_none,
  send_after_own_end,
  send_to_half_closed,
  send_first_to_closed,
  send_again_to_closed,
  send_after_reset,
  send_after_told_reset,
  send_full,
  fill_open,
  fill_broken,
  send_waited_goes_on,
  send_waited_reset,
  send_cancelled,
  shutdown_first,
  shutdown_again,
  shutdown_both_ended,
  shutdown_after_reset,
  wrong_kind_of_socket,
};
inline constexpr int kObservables = static_cast<int>(Observable::wrong_kind_of_socket) + 1;

std::string_view sentence(Observable observable);

/// What `reply` to `step` is an observation of. `before`: the situation when the step began.
Observable observable_of(const Step& step, const Reply& reply, const Situation& before);

/// "bytes", "end", "waits", "ECONNRESET", ...
std::string outcome_of(const Reply& reply);

class Coverage {
 public:
  void note(Observable observable, const std::string& outcome) {
    ++counts_[static_cast<std::size_t>(observable)][outcome];
  }
  /// Notes what `scene` shows.
  void note(const Scene& scene, const Situation& before);
  bool was_seen(Observable observable) const {
    return !counts_[static_cast<std::size_t>(observable)].empty();
  }
  int seen() const;
  friend std::ostream& operator<<(std::ostream& out, const Coverage& coverage);

 private:
  std::array<std::map<std::string, long>, kObservables> counts_;
};

}  // namespace rill::differential
