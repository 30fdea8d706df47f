// LogTroubles: what is wrong with a server's access log, told to its operator once, however many
// workers write to it.
//
// Each worker has an AccessLog of its own, and a full disk is full for all of them. So they tell
// this, which they share: that lines are lost is told when the first log begins to lose them; that
// all is well, and how many were lost, when none does any more; and what was lost and not told by
// then, when the last one ends. Safe to use from the threads of all workers.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace rill::httpd {

class LogTroubles {
 public:
  /// `warn` gets a sentence, on the thread of the log that has brought it about.
  explicit LogTroubles(std::function<void(const std::string&)> warn) : warn_(std::move(warn)) {}

  /// A log is there, and well.
  void add_log();
  /// It was well, and loses lines. `sentence` says why.
  void begin(const std::string& sentence);
  /// It works again, after so many lines.
  void end(std::uint64_t lost_lines);
  /// It has ended, perhaps in the midst of its troubles.
  void remove_log(bool is_failing, std::uint64_t lost_lines);
  /// A sentence about something that happens to each log in turn, the `nth` time.
  void tell_once(std::uint64_t nth, const std::string& sentence);

 private:
  std::mutex mutex_;
  std::function<void(const std::string&)> warn_;
  unsigned logs_ = 0;
  unsigned failing_ = 0;          // of them
  std::uint64_t lost_lines_ = 0;  // and not told
  std::uint64_t told_ = 0;        // the highest `nth`
};

}  // namespace rill::httpd
