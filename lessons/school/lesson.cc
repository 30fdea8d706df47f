// How values are shown to a learner. See lesson.h.
#include "lessons/school/lesson.h"

#include "lessons/common/say.h"

namespace rill::school {

std::string shown(std::string_view bytes) {
  constexpr std::size_t kMostCharacters = 80;
  return lesson::in_quotes(bytes, kMostCharacters);
}

}  // namespace rill::school
