// A log's file made of memory, which fills up, stalls and breaks as a test says.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "lessons/httpd/access_log.h"
#include "scheduler/event.h"
#include "scheduler/sleep.h"

namespace rill::httpd {

class ScriptedSink final : public LogSink {
 public:
  std::vector<std::string> files{std::string()};  ///< one more for each reopening; the last is open
  std::size_t room_bytes = SIZE_MAX;              ///< of the disk
  std::size_t room_of_next_bytes = SIZE_MAX;      ///< of the disk of the file after this one
  std::size_t most_bytes = SIZE_MAX;              ///< that a write takes
  int error = 0;                                  ///< of every write
  int reopen_error = 0;
  Duration write_takes;
  bool is_stalled = false;
  std::size_t writes = 0;

  void go_on() {
    is_stalled = false;
    goes_on_.set();
  }

  Task<std::int64_t> write(std::string_view lines) override {
    ++writes;
    if (write_takes > Duration()) co_await sleep(write_takes);
    while (is_stalled) {
      goes_on_.clear();
      co_await goes_on_.wait();
    }
    if (error != 0) co_return -error;
    const std::size_t taken = std::min({lines.size(), most_bytes, room_bytes});
    if (taken == 0) co_return -ENOSPC;
    room_bytes -= taken;
    files.back() += lines.substr(0, taken);
    co_return static_cast<std::int64_t>(taken);
  }
  int reopen() override {
    if (reopen_error != 0) return reopen_error;
    files.emplace_back();
    room_bytes = room_of_next_bytes;
    return 0;
  }
  std::string name() const override { return "a scripted sink"; }

 private:
  Event goes_on_;
};

}  // namespace rill::httpd
