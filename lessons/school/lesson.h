// What a numbered lesson demands: properties, each checked by a search through simulated runs.
//
// lessons/LNN_name/properties.cc defines the_lesson(). The answer - the learner's file, the
// reference, or one of the wrong answers - is linked beside it, so every answer is judged by the
// same binary code. Where to read on: checker.h runs it, screen.h tells it, and docs/learn.md says
// how to add a lesson.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lessons/common/program.h"
#include "simnet/explore/run_once.h"

namespace rill::school {

/// What must hold for every scenario that `scenario` can draw, however the network behaves.
struct Property {
  std::string name;      ///< "chunking_does_not_matter"
  std::string sentence;  ///< what must be true, for a learner who has just broken it
  simnet::Scenario scenario;
  simnet::ExploreOptions options = {};
  /// Look at no more cases than these: for a scenario that only makes sense in plain runs. The
  /// first case is first come, first served on a plain network.
  std::uint64_t most_cases = UINT64_MAX;
};

struct Lesson {
  std::string id;    ///< "L08": never changes, also when the lesson gets another name
  std::string name;  ///< "framing"
  std::vector<Property> properties;
  /// The answer as a program to look at: ./rill run L08 --seed 7, and --real where it has a main.
  lesson::Program demo;
  /// The property whose scenario is most instructive to play (play.h); empty: the first.
  std::string played = {};
};

/// Defined once in each lesson's properties.cc.
Lesson the_lesson();

/// For properties: fails the run unless got == wanted, and shows both, each with its name.
template <class T>
void require_equal(simnet::Simulation& sim, std::string_view sentence, std::string_view got_name,
                   const T& got, std::string_view wanted_name, const T& wanted);

/// "\"a\\r\\n\"", "[\"a\", \"b\"]", "42": how require_equal() and notes show values.
std::string shown(std::string_view bytes);
inline std::string shown(const std::string& bytes) { return shown(std::string_view(bytes)); }
inline std::string shown(const char* bytes) { return shown(std::string_view(bytes)); }
inline std::string shown(bool value) { return value ? "true" : "false"; }
inline std::string shown(Duration length) { return to_string(length); }
template <class T>
  requires std::is_integral_v<T>
std::string shown(T number) {
  return std::to_string(number);
}
template <class T>
std::string shown(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + shown(value);
  return text + "]";
}

// ---- no more than its definition -----------------------------------------------------------

template <class T>
void require_equal(simnet::Simulation& sim, std::string_view sentence, std::string_view got_name,
                   const T& got, std::string_view wanted_name, const T& wanted) {
  if (got == wanted) return;
  const std::size_t width = std::max(got_name.size(), wanted_name.size());
  const auto line = [width](std::string_view name, const T& value) {
    return std::string(name) + std::string(width - name.size() + 2, ' ') + shown(value);
  };
  sim.require(false, sentence, line(wanted_name, wanted) + "\n" + line(got_name, got));
}

}  // namespace rill::school
