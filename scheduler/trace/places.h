// Source places as the trace writes them, each put together once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <unordered_map>

#include "scheduler/oracle.h"

namespace rill::trace {

struct PlaceText {
  std::string at;     ///< "echo.cc:20"
  std::string path;   ///< "lessons/echo/echo.cc"
  std::string frame;  ///< "echoer at lessons/echo/echo.cc:20"
};

class Places {
 public:
  /// Of a place with a line.
  const PlaceText& of(const std::source_location& where);

 private:
  struct Key {
    const char* file;
    const char* function;  // two files may have one of the same name, which a linker keeps once
    std::uint_least32_t line;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return scatter(reinterpret_cast<std::uintptr_t>(key.file) ^
                     scatter(reinterpret_cast<std::uintptr_t>(key.function) ^ scatter(key.line)));
    }
  };

  // By literals of the program: as many as it has awaits.
  std::unordered_map<Key, PlaceText, Hash> texts_;  // deterministic: never iterated
};

}  // namespace rill::trace
