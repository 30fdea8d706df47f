// Scripts and replies in words, for people who look at a difference.
#pragma once

#include <string>

#include "tests/differential/script.h"

namespace rill::differential {

std::string to_string(Kind kind);
/// "client 2 sends 300 bytes".
std::string to_string(const Step& step);
/// "300", "ECONNRESET", "would wait", "connection 2", "12000 bytes, then the end", ...
std::string to_string(const Reply& reply);

/// A script in three columns: what was done | kernel | simulator.
class Table {
 public:
  void add(const Step& step);
  void add(const Reply& kernel, const Reply& sim, bool differs);
  std::string text() const { return text_; }

 private:
  std::string pending_;  // a step that has no reply yet
  std::string text_ = "\n";
};

}  // namespace rill::differential
