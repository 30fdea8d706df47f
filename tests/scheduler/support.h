// What the scheduler's tests share: a log of what happened in which order, destructors that write
// to it, and run() on a backend without script.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scheduler/api.h"
#include "tests/scheduler/fake_backend.h"
#include "tests/testing/testing.h"

namespace rill::testing {

/// Lines in the order of happening.
class Log {
 public:
  void operator()(std::string line) { lines_.push_back(std::move(line)); }
  /// "first, second, third"; forgets them.
  std::string take() {
    std::string all;
    for (const std::string& line : lines_) all += (all.empty() ? "" : ", ") + line;
    lines_.clear();
    return all;
  }

 private:
  std::vector<std::string> lines_;
};

/// Writes its name when it is destroyed.
class Guard {
 public:
  Guard(Log& log, std::string name) : log_(&log), name_(std::move(name)) {}
  Guard(Guard&& other) noexcept
      : log_(std::exchange(other.log_, nullptr)), name_(std::move(other.name_)) {}
  Guard& operator=(Guard&&) = delete;
  ~Guard() {
    if (log_ != nullptr) (*log_)("~" + name_);
  }

 private:
  Log* log_;
  std::string name_;
};

/// Frames and records that are alive. A test that ends with more than it began with leaks.
inline std::uint64_t blocks() { return frame_pool.blocks_in_use(); }

/// run() on a backend where nothing ever happens but time, and then: is all memory back?
template <class T>
T run_alone(Task<T> root, const RunOptions& options = {}) {
  FakeBackend backend;
  struct Check {
    ~Check() { CHECK(blocks() == 0); }
  } check;
  return run(std::move(root), backend, options);
}

/// Sleeps for ever, and writes "~name" when destroyed.
inline Task<> park(Log& log, std::string name) {
  const Guard guard(log, std::move(name));
  co_await sleep(seconds(1'000'000));
}

/// The text of the exception that `body` throws, or "nothing".
template <class F>
std::string message_of(F body) {
  try {
    body();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace rill::testing
