// Source places as the trace writes them, each put together once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <unordered_map>

#include "scheduler/oracle.h"
#include "scheduler/trace/live_record.h"

namespace rill::trace {

struct PlaceText {
  Name at;     ///< "echo.cc:20"
  Name path;   ///< "lessons/echo/echo.cc"
  Name frame;  ///< "echoer at lessons/echo/echo.cc:20"
};

class Places {
 public:
  /// Of a place with a line. The reference stays good.
  const PlaceText& of(const std::source_location& where) {
    const Key key{where.file_name(), where.function_name(), where.line()};
    Recent& recent = recent_[key.line % kRecent];
    if (recent.text == nullptr || !(recent.key == key)) [[unlikely]]
      recent = {key, &put_together(key)};
    return *recent.text;
  }

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
  struct Recent {
    Key key{};
    const PlaceText* text = nullptr;
  };
  static constexpr std::size_t kRecent = 64;

  const PlaceText& put_together(const Key& key);

  // By literals of the program: as many as it has awaits.
  std::unordered_map<Key, PlaceText, Hash> texts_;  // deterministic: never iterated
  std::array<Recent, kRecent> recent_{};            // by line: a hash table takes its time
};

}  // namespace rill::trace
