// See text_lanes.h.
#include "scheduler/view/text_lanes.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace rill::view {
namespace {

using trace::Kind;

const char* sign_of(State state) {
  switch (state) {
    case State::running:
      return "┃";
    case State::ready:
      return "┆";
    case State::network:
      return "│";
    case State::timer:
      return "╎";
    case State::task:
      return "╏";
    default:
      return " ";
  }
}

const char* sign_of(Kind kind) {
  switch (kind) {
    case Kind::fail:
    case Kind::kill:
    case Kind::reset:
    case Kind::lost:
    case Kind::time_out:
      return "✗";
    case Kind::finish:
      return "■";
    default:
      return "●";
  }
}

/// "●──────▶", or "●╌╌╌╌╌╌✗" for what is lost.
void draw_arrow(std::vector<std::string>& cells, std::size_t own, std::size_t target,
                bool is_lost) {
  const std::string line = is_lost ? "╌" : "─";
  const std::string head = is_lost ? "✗" : target > own ? "▶" : "◀";
  const auto [low, high] = std::minmax(own, target);
  for (std::size_t lane = low; lane <= high; ++lane) {
    const std::string& sign = lane == own ? "●" : lane == target ? head : line;
    cells[lane] = sign;
    for (int column = 0; column < 2; ++column) cells[lane] += lane < high ? line : " ";
  }
}

}  // namespace

TextLanes::TextLanes(const Model& model, const std::vector<std::size_t>& rows) : model_(model) {
  std::set<std::string_view> have_rows;
  for (const std::size_t i : rows) {
    if (const Task* const task = model.lane_of(i)) have_rows.insert(task->name);
  }
  for (const Task* const task : model.tasks_by_host()) {
    if (have_rows.contains(task->name) && tasks_.size() < kMost) tasks_.push_back(task);
  }
  next_state_.resize(tasks_.size(), 0);
}

std::string TextLanes::at(std::size_t i, const Arrow* arrow) {
  std::vector<std::string> cells;
  for (std::size_t lane = 0; lane < tasks_.size(); ++lane) {
    const Task& task = *tasks_[lane];
    std::size_t& next = next_state_[lane];
    while (next < task.at.size() && task.at[next] <= i) ++next;
    cells.push_back(std::string(next > 0 ? sign_of(task.state[next - 1]) : " ") + "  ");
  }
  const std::size_t own = place_of(model_.lane_of(i));
  if (own != kNone) cells[own] = std::string(sign_of(model_.event(i).kind)) + "  ";
  const std::size_t target = arrow == nullptr ? kNone : place_of(arrow->target);
  if (own != kNone && target != kNone && own != target) {
    draw_arrow(cells, own, target, arrow->is_lost);
  }
  std::string text;
  for (const std::string& cell : cells) text += cell;
  return text;
}

std::size_t TextLanes::place_of(const Task* task) const {
  const auto found = std::find(tasks_.begin(), tasks_.end(), task);
  return task == nullptr || found == tasks_.end()
             ? kNone
             : static_cast<std::size_t>(found - tasks_.begin());
}

}  // namespace rill::view
