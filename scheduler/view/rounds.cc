// See rounds.h.
#include "scheduler/view/rounds.h"

#include <algorithm>

#include "scheduler/view/names.h"

namespace rill::view {
namespace {

using trace::Kind;

constexpr std::size_t kLeastInRound = 3;
constexpr std::size_t kMostInRound = 100;
constexpr std::size_t kLeastRounds = 2;

}  // namespace

void Rounds::see(const trace::Record& event, std::size_t i) {
  std::string place;
  if (event.kind == Kind::sync && event.did != "destroy") place = event.object;
  if (event.kind == Kind::send) place = name_of_connection(event.conn);
  if (place.empty() || event.task.empty() || event.at.empty()) return;
  const std::string& did = event.did == "offer" ? "put" : event.did;
  go_on(of_line_[event.task + "/" + did + "/" + event.at], place, i);
}

void Rounds::go_on(Round& round, const std::string& place, std::size_t i) {
  if (round.has_ended) return;
  std::vector<std::string>& order = round.order;
  if (!round.missed.place.empty()) {
    if (round.missed.place != place) return;
    left_out_.push_back(round.missed);
    round.has_ended = true;
    return;
  }
  if (!round.is_whole && (order.empty() || place != order.front())) {
    round.has_ended =
        order.size() == kMostInRound || std::find(order.begin(), order.end(), place) != order.end();
    order.push_back(place);
    return;
  }
  if (!round.is_whole) {
    round.is_whole = true;
    round.rounds = 1;
  }
  const bool is_round = order.size() >= kLeastInRound;
  if (is_round && place == order[round.next]) {
    round.next = (round.next + 1) % order.size();
    if (round.next == 0) ++round.rounds;
  } else if (is_round && round.rounds >= kLeastRounds &&
             place == order[(round.next + 1) % order.size()]) {
    round.missed = {i, order[round.next], round.rounds};
  } else {
    round.has_ended = true;
  }
}

}  // namespace rill::view
