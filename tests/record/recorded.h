// Runs that are recorded and replayed, for tests.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "net/epoll/epoll_backend.h"
#include "net/net.h"
#include "scheduler/api.h"
#include "scheduler/record/recording_backend.h"
#include "scheduler/record/replay_backend.h"
#include "scheduler/run.h"
#include "tests/testing/testing.h"

namespace rill::testing {

/// A file of this test's own that is gone at the end.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& name) {
    const char* folder = std::getenv("TEST_TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { std::remove(path_.c_str()); }

  const std::string& path() const { return path_; }
  std::string read() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_;
};

/// How a run ended: its fingerprint, and the text of what it threw.
struct Ended {
  std::string fingerprint;
  std::string error;
  std::uint64_t events = 0;

  friend bool operator==(const Ended&, const Ended&) = default;
};

inline Ended run_to_end(Task<> root, Backend& backend) {
  Ended ended;
  RunReport report;
  RunOptions options;
  options.report = &report;
  try {
    run(std::move(root), backend, options);
  } catch (const std::exception& error) {
    ended.error = error.what();
  }
  ended.fingerprint = report.fingerprint;
  ended.events = report.events;
  return ended;
}

/// Runs `program()` on real sockets of this machine, recorded to `path`.
template <class F>
Ended record_run(const std::string& path, F&& program) {
  EpollBackend real;
  record::RecordingBackend recorder(real, path, {.program = "test"});
  return run_to_end(program(), recorder);
}

template <class F>
Ended replay_run(const record::Recording& recording, F&& program) {
  record::ReplayBackend backend(recording);
  return run_to_end(program(), backend);
}
template <class F>
Ended replay_run(const std::string& path, F&& program) {
  return replay_run(record::Recording(path), program);
}

}  // namespace rill::testing
