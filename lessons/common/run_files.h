// The files that a run leaves for people and tools: --trace, --view and --pcap.
//
// All three are of the same records. The trace is written as the run goes, however long. A page and
// packets are made from the whole run when it is over, so they show what fits a bound in memory,
// and say how much they left out. Internal to lessons/common.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "lessons/common/program.h"
#include "scheduler/trace/writer.h"

namespace rill::lesson {

class RunFiles final : public trace::LineSink {
 public:
  /// What a page and packets are made from: some 150,000 events.
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  static bool are_wanted(const Settings& settings) {
    return !settings.trace.empty() || !settings.view.empty() || !settings.pcap.empty();
  }

  /// Makes the files that are wanted. Throws UsageMistake if one cannot be made, before anything
  /// runs.
  RunFiles(const Settings& settings, const trace::Header& header,
           std::size_t most_bytes = kMostBytes);

  std::span<char> room() override;
  void write(trace::Kind kind, std::string_view line) override;
  void end(const trace::Record& last) override;
  void flush() override;

  /// When the run is over: makes page and packets. Says on stderr what is missing in them. Throws
  /// Failure if they cannot be written, or if the trace could not be to its end.
  void finish();

 private:
  template <class Make>
  void make_whole(const std::string& path, Make make) const;

  std::string program_;
  std::string trace_path_;
  std::string view_;
  std::string pcap_;
  std::optional<trace::FileWriter> trace_;
  std::optional<trace::TextWriter> kept_;  ///< for page and packets
};

}  // namespace rill::lesson
