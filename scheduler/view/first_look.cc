// See first_look.h.
#include "scheduler/view/first_look.h"

#include <algorithm>

#include "scheduler/view/knot.h"
#include "scheduler/view/opening.h"
#include "scheduler/view/turn.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using trace::Record;

constexpr std::size_t kMostLines = 20;  // of one part

/// An event with its number and place.
std::string told_whole(const Model& model, std::size_t i, const std::string& more = "",
                       std::size_t place = kNone) {
  const std::string& at = model.event(place == kNone ? i : place).at;
  return "#" + std::to_string(model.event(i).n) + " " + told(model, i) + more +
         (at.empty() ? "" : "  (" + at + ")");
}

void add_rest(std::vector<std::string>& lines, std::size_t count) {
  if (count > kMostLines) lines.push_back("  and " + std::to_string(count - kMostLines) + " more");
}

void add_knot(const Model& model, std::size_t deadlock, std::vector<std::string>& lines) {
  for (const KnotPart& part : knot(model, deadlock)) {
    lines.insert(lines.end(), {"", part.title + ":"});
    for (std::size_t k = 0; k < std::min(part.lines.size(), kMostLines); ++k) {
      const Record& wait = model.event(part.lines[k].wait);
      lines.push_back("  " + part.lines[k].text + "  (#" + std::to_string(wait.n) +
                      (wait.at.empty() ? "" : ", " + wait.at) + ")");
    }
    add_rest(lines, part.lines.size());
  }
}

}  // namespace

std::vector<std::string> first_look(const Model& model, const Telling& telling) {
  const std::vector<std::size_t> fails = failures(model);
  if (fails.empty()) return {};
  const std::vector<Clue> found = clues(model, telling, fails);
  const Opening opened = opening(model, fails, found);
  std::vector<std::string> lines = {"", told_whole(model, fails.front())};
  if (!opened.why.empty()) {
    lines.insert(lines.end(), {"  " + opened.why, "", told_whole(model, opened.i)});
  }
  for (const std::string& sentence : turn(model, opened.i)) lines.push_back("  " + sentence);
  const std::size_t deadlock = find_deadlock(model, fails);
  if (deadlock != kNone) add_knot(model, deadlock, lines);
  if (!found.empty()) lines.insert(lines.end(), {"", "Worth a look:"});
  for (std::size_t k = 0; k < std::min(found.size(), kMostLines); ++k) {
    lines.push_back("  " + told_whole(model, found[k].i, found[k].more, found[k].place));
  }
  add_rest(lines, found.size());
  return lines;
}

}  // namespace rill::view
