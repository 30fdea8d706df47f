// TextLanes: the lanes of the text, a column of signs for each task. page/twin.js is the same.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scheduler/view/model.h"

namespace rill::view {

class TextLanes {
 public:
  static constexpr std::size_t kMost = 24;

  /// A lane for each task that has one of these rows, host by host, as many as there is room for.
  /// Refers to the model.
  TextLanes(const Model& model, const std::vector<std::size_t>& rows);

  const std::vector<const Task*>& tasks() const { return tasks_; }
  /// The lanes as they are after event i, which is later than that of the last call; `arrow`, which
  /// may be null, leaves by it.
  std::string at(std::size_t i, const Arrow* arrow);

 private:
  std::size_t place_of(const Task* task) const;

  const Model& model_;
  std::vector<const Task*> tasks_;
  std::vector<std::size_t> next_state_;
};

}  // namespace rill::view
