// See remarks.h.
#include "lessons/rill/remarks.h"

#include <algorithm>
#include <regex>

namespace rill::command {

std::vector<std::string> remarks_on(std::string_view answer, bool has_passed) {
  // Not of a group, which outlives none of what is captured beside it.
  static const std::regex kByReference(R"((^|[^.\w>])spawn(_on)?\(.*\[[^\]]*&)");
  std::vector<std::string> remarks;
  for (int number = 1; !answer.empty(); ++number) {
    const std::string line(answer.substr(0, answer.find('\n')));
    answer.remove_prefix(std::min(answer.size(), line.size() + 1));
    const std::string place = "line " + std::to_string(number) + ": ";
    if (has_passed && line.find("TODO") != line.npos) {
      remarks.push_back(place + "a TODO is still there; delete it if it is done");
    }
    if (!has_passed && std::regex_search(line, kByReference)) {
      remarks.push_back(place +
                        "this spawned lambda refers to variables around it. When their function "
                        "ends first, they are gone: hand values over as arguments, or spawn it "
                        "in a Group and wait for that");
    }
  }
  return remarks;
}

}  // namespace rill::command
