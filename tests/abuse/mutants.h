// Mutants: HTTP requests with something wrong in them, the same ones for the same seed.
//
// A request is put together from parts that are each usual, odd or forbidden, and then bytes of it
// are changed, dropped, doubled or moved. Most are refused; the rest must be answered.
#pragma once

#include <cstdint>
#include <string>

namespace rill::abuse {

class Mutants {
 public:
  explicit Mutants(std::uint64_t seed) : state_(seed * 2 + 1) {}

  /// The next one; not always a whole request, and sometimes several.
  std::string next();
  /// Less than `end`.
  std::uint64_t draw(std::uint64_t end);

 private:
  std::string request();
  void mutate(std::string& bytes);

  std::uint64_t state_;
};

}  // namespace rill::abuse
