// LastWords: what a process that is about to die by its own fault - abort(), std::terminate, a
// failed check, a wild pointer - still writes to its files.
//
// An Unwritten that is registered is written to its file by a handler of SIGABRT, SIGSEGV, SIGBUS,
// SIGFPE and SIGILL; then the process dies of that signal, as it would have. Handlers that somebody
// else has put there stay, and then nothing is written (so it is with the address sanitizer). A
// child of fork() does not write what is its parent's. SIGKILL, a full stack, and more than kMost
// files at a time: what was held back is lost.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>

namespace rill::trace {

/// Bytes that wait to be written. Filled behind `size_bytes`, which is set afterwards: so they are
/// right whenever a signal comes.
struct Unwritten {
  const char* data = nullptr;
  std::atomic<std::size_t> size_bytes{0};
  std::atomic<int> file{-1};
};

class LastWords {
 public:
  static constexpr std::size_t kMost = 16;

  /// `unwritten` must outlive it, and stay where it is.
  explicit LastWords(const Unwritten& unwritten);
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
  ~LastWords();

 private:
  std::size_t place_ = 0;
};

/// For handlers of somebody else, who ends the process: writes what is registered, once. Does only
/// what signal-safety(7) allows.
void write_last_words();

}  // namespace rill::trace
