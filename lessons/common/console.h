// What say(), report() and run_program() share: where output goes. Internal to lessons/common.
// One run at a time in a process prints; each thread has its own, so tests may run side by side.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scheduler/event.h"

namespace rill::lesson {

struct Console {
  std::string name;  ///< of the program
  bool is_quiet = false;
  bool is_silent = false;      ///< print() does nothing
  std::string hint;            ///< Program::hint
  std::string reported;        ///< in the simulation: what report() got, to be printed at the end
  Event* listening = nullptr;  ///< in the simulation: who waits for announce_listening()
  std::uint16_t port = 0;      ///< where the program listens, since announce_listening()
};

Console& console();

/// Writes to stdout and flushes, so that a reader at the other end of a pipe sees it now.
void print(std::string_view text);
/// `text` on stderr as "NAME: text".
void complain(std::string_view name, std::string_view text);

}  // namespace rill::lesson
