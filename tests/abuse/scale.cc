// See scale.h.
#include "tests/abuse/scale.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rill::abuse {

bool is_full() {
  static const char* const scale = std::getenv("RILL_ABUSE_SCALE");
  return scale != nullptr && std::string_view(scale) == "full";
}

bool figure(const std::string& what, double value, const std::string& unit, const std::string& goal,
            bool is_met) {
  std::printf("figure: %-52s | %10.2f %-5s | %-22s | %s\n", what.c_str(), value, unit.c_str(),
              goal.c_str(), is_met ? "met" : "NOT MET");
  std::fflush(stdout);
  return is_met || !is_full() || kIsSanitized;
}

double to_milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

double seconds_since(Clock::time_point then) { return to_milliseconds(Clock::now() - then) / 1000; }

}  // namespace rill::abuse
