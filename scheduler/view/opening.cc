// See opening.h.
#include "scheduler/view/opening.h"

#include <map>
#include <string_view>
#include <utility>

#include "scheduler/view/knot.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

/// Names of tasks and objects in a text: "reader#2", "channel#1".
std::vector<std::string> names_in(const std::string& text) {
  const auto separates = [](char c) {
    return (static_cast<unsigned char>(c) <= ' ') ||
           std::string_view("\"'(),;:").find(c) != std::string_view::npos;
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !separates(text[end])) ++end;
    std::size_t sharp = end;  // of the last number in this word
    while (sharp > begin && !(text[sharp - 1] == '#' && sharp < end && is_digit(text[sharp]))) {
      --sharp;
    }
    if (sharp <= begin + 1) {
      begin = end + 1;
      continue;
    }
    while (sharp < end && is_digit(text[sharp])) ++sharp;
    names.push_back(text.substr(begin, sharp - begin));
    begin = sharp;
  }
  return names;
}

/// Of the tasks and objects that a verdict names the first of which there is an event before it:
/// the last such event, and the name.
std::pair<std::size_t, std::string> last_of_named(const Model& model, std::size_t verdict) {
  const Record& property = model.event(verdict);
  const std::vector<std::string> names = names_in(property.name + " " + property.text);
  std::map<std::string_view, std::size_t> last;
  for (const std::string& name : names) last[name] = kNone;
  std::size_t missing = last.size();
  for (std::size_t i = verdict; i-- > 0 && missing > 0;) {
    const Record& event = model.event(i);
    // How it ends is no deed of its own.
    if (event.kind == Kind::finish || event.kind == Kind::kill || event.did == "destroy") continue;
    for (const std::string* const name : {&event.task, &event.target, &event.object}) {
      const auto found = last.find(*name);
      if (found == last.end() || found->second != kNone) continue;
      found->second = i;
      --missing;
    }
  }
  for (const std::string& name : names) {
    if (last[name] != kNone) return {last[name], name};
  }
  return {kNone, ""};
}

}  // namespace

Opening opening(const Model& model, const std::vector<std::size_t>& fails,
                const std::vector<Clue>& clues) {
  const Record& verdict = model.event(fails.front());
  const bool is_of_whole_run =
      verdict.kind == Kind::property && verdict.task.empty() && verdict.cause == 0;
  if (!is_of_whole_run) return {fails.front(), ""};
  const std::string asked = "Asked of the run as a whole, in #" + std::to_string(verdict.n) +
                            ", where nothing of it is to be seen. ";
  if (const auto [i, name] = last_of_named(model, fails.front()); i != kNone) {
    return {i,
            asked + "The page opens at the last event of " + name + ", which the verdict names."};
  }
  if (const std::size_t deadlock = find_deadlock(model, fails); deadlock != kNone) {
    return {deadlock, asked + "The page opens at the deadlock, with who waits for whom."};
  }
  if (!clues.empty() && clues.front().rank < ClueRank::did_nothing_alone) {
    return {clues.front().i, asked + "The page opens at the first thing that is worth a look."};
  }
  return {fails.front(), ""};
}

}  // namespace rill::view
