// Onlooker: looks on at every run() of its thread, for who cannot give a recorder to each of them,
// such as a test that repeats a failing case and knows nothing of the runs in it.
#pragma once

namespace rill {

class Backend;
class TraceSink;
struct RunReport;

class Onlooker {
 public:
  Onlooker(const Onlooker&) = delete;
  Onlooker& operator=(const Onlooker&) = delete;

  /// A run begins on `backend` that has no recorder (RunOptions::recorder): the one it gets, which
  /// must live until on_report(), or null. Changes nothing else in the run.
  virtual TraceSink* on_run(Backend& backend) = 0;
  /// That run is over, also when it failed. Only where on_run() gave a recorder.
  virtual void on_report(const RunReport& report) = 0;

  /// Null if nobody looks on.
  static Onlooker* of_this_thread();

 protected:
  /// From now on it looks on, until it ends: in place of the one before, if there is one.
  Onlooker();
  ~Onlooker();

 private:
  Onlooker* const before_;
};

}  // namespace rill
