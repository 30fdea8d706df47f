// Source places as the trace writes them, each put together once; and await chains, of which a run
// has as many as it has ways to wait.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <unordered_map>
#include <vector>

#include "scheduler/oracle.h"
#include "scheduler/task_control.h"
#include "scheduler/trace/live_record.h"

namespace rill::trace {

struct PlaceText {
  Name at;     ///< "echo.cc:20"
  Name path;   ///< "lessons/echo/echo.cc"
  Name frame;  ///< "echoer at lessons/echo/echo.cc:20"
};

/// Innermost first.
struct ChainText {
  Name frames;                       ///< a list; at most kMostFrames, and then "..."
  const PlaceText* first = nullptr;  ///< null: not started
};

class Places {
 public:
  static constexpr std::size_t kMostFrames = 64;

  /// Of a place with a line. The reference stays good.
  const PlaceText& of(const std::source_location& where) {
    const Bits bits = bits_of(where);
    Recent& recent = recent_[index_of<kRecent>(bits)];
    if (recent.bits != bits) [[unlikely]]
      recent = {bits, &put_together(where)};
    return *recent.text;
  }
  /// What a blocked task awaits. The reference is good until the next call.
  const ChainText& chain_of(const TaskControl& task);

 private:
  /// A source_location is a pointer to what the compiler has put together: the same bits are the
  /// same place. The other way round it need not be so.
  using Bits = std::uintptr_t;
  static Bits bits_of(const std::source_location& where) { return std::bit_cast<Bits>(where); }
  template <std::size_t kSize>
  static std::size_t index_of(Bits bits) {
    return bits * 0x9E3779B97F4A7C15u >> 32 & (kSize - 1);
  }

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
    Bits bits = 0;  // a place without a line
    const PlaceText* text = nullptr;
  };
  struct RecentChain {
    std::vector<Bits> walk;
    ChainText text;
  };
  // As many as are kept: a place, or a chain, takes the place of another one.
  static constexpr std::size_t kRecent = 256;

  const PlaceText& put_together(const std::source_location& where);
  void put_together(ChainText& chain, const TaskControl& task);

  // By literals of the program: as many as it has awaits.
  std::unordered_map<Key, PlaceText, Hash> texts_;  // deterministic: never iterated
  std::vector<Recent> recent_ = std::vector<Recent>(kRecent);
  std::vector<RecentChain> recent_chains_ = std::vector<RecentChain>(kRecent);
  std::vector<Bits> walk_;  // of the task that is asked for
};

}  // namespace rill::trace
