// See fold.h.
#include "scheduler/view/fold.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "scheduler/choice.h"

namespace rill::view {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

/// Whether an event of this instant, later, says the same.
std::vector<bool> shares_row(const Model& model) {
  std::vector<bool> shares(model.events(), false);
  using Direction = std::pair<std::uint64_t, End>;
  std::map<Direction, std::size_t> sends;
  std::map<Direction, std::vector<std::size_t>> deliveries;
  std::map<std::string_view, std::size_t> faults;
  std::uint64_t now = UINT64_MAX;
  for (std::size_t i = 0; i < model.events(); ++i) {
    const Record& event = model.event(i);
    if (event.t_ns != now) {
      sends.clear();
      deliveries.clear();
      faults.clear();
      now = event.t_ns;
    }
    const Direction here{event.conn, event.end};
    if (event.kind == Kind::send) {
      sends[here] = i;
    } else if (event.kind == Kind::fault && !event.text.empty()) {
      faults[event.text] = i;
    } else if (event.kind == Kind::lost) {
      if (const auto fault = faults.find(event.text); fault != faults.end()) {
        shares[fault->second] = true;
      }
    } else if (event.kind == Kind::deliver) {
      deliveries[here].push_back(i);
    } else if (event.kind == Kind::segment && !event.again) {
      const auto send = sends.find(here);
      if (send != sends.end() && model.event(send->second).offset == event.offset) {
        shares[send->second] = true;
      }
    } else if (event.kind == Kind::recv) {
      for (const std::size_t delivery : deliveries[here]) {
        const std::uint64_t offset = model.event(delivery).offset;
        if (event.offset <= offset && offset < event.offset + event.bytes) shares[delivery] = true;
      }
    }
  }
  return shares;
}

/// Where a plan says what is out of the ordinary, its choices are a story; a seed's are all of
/// them.
bool has_plan(const trace::Header& header) {
  const std::string_view token = header.token;
  return token.substr(token.rfind(':') + 1).starts_with('P');
}

/// Whether a choice is out of the ordinary: what a plan lists, or what the run's command does.
class Choices {
 public:
  explicit Choices(const trace::Header& header) : has_plan_(has_plan(header)) {
    for (const std::string& choice : header.chosen) {
      decisions_.insert(choice.substr(0, choice.rfind(':')));
    }
  }
  bool has(const Record& event) const {
    if (has_plan_ && event.choice != 0 && !event.text.empty()) return true;
    return !decisions_.empty() &&
           decisions_.contains(decision_word(event.site, event.key, event.count));
  }

 private:
  bool has_plan_;
  std::set<std::string> decisions_;
};

/// `is_telling`: it is a wait that never ends, or what led to it.
Level level_of(const Record& event, bool is_telling, const Choices& choices, bool has_network) {
  switch (event.kind) {
    case Kind::step:
      return has_network ? Level::everything : Level::waits;  // else who runs when is the story
    case Kind::host:
      return Level::everything;
    case Kind::decide:
      return choices.has(event) ? Level::messages : Level::everything;
    case Kind::block:
      return is_telling ? Level::messages : Level::waits;
    case Kind::sync:
      if (is_telling) return Level::messages;
      return event.did == "destroy" ? Level::everything : Level::waits;
    case Kind::wake:
      // By way of an object: that row says it.
      return event.object.empty() ? Level::waits : Level::everything;
    case Kind::established:
      return Level::waits;
    default:
      return Level::messages;
  }
}

}  // namespace

std::vector<std::size_t> rows(const Model& model, const Telling& telling, Level level) {
  const std::vector<bool> shares = shares_row(model);
  const bool has_network = !model.connections().empty();
  const Choices choices(model.log().header);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < model.events(); ++i) {
    if (level == Level::messages && shares[i]) continue;
    const bool is_telling = telling.events.contains(i);
    if (level_of(model.event(i), is_telling, choices, has_network) <= level) rows.push_back(i);
  }
  return rows;
}

}  // namespace rill::view
