// Victim: a real server program under attack, and what it costs, as the kernel counts it.
//
//   Victim echo("lessons/echo/echo", backend);
//   const Cost before = echo.cost();
//   ... attack echo.port() ...
//   CHECK(echo.cost().descriptors == before.descriptors);
//   CHECK(echo.stop() == "");
//
// It runs with --real --quiet. One that dies, or does not end well, is told by stop().
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/abuse/scale.h"
#include "tests/lessons/common/child.h"
#include "tests/testing/scratch_folder.h"

namespace rill::abuse {

/// What the kernel gives the tests to work with (tests/real/backend_names.h), and from now on as
/// many descriptors as it lets us have.
const std::vector<std::string>& backends();

/// At a moment.
struct Cost {
  double cpu_seconds = 0;  ///< user and system, of all threads, since its start
  double memory_mib = 0;   ///< resident
  double asked_mib = 0;    ///< what it may write to, touched yet or not
  std::size_t descriptors = 0;
};

class Victim {
 public:
  /// `arguments` come behind --real --quiet --port 0 --backend=BACKEND. Throws std::runtime_error
  /// if it does not listen.
  Victim(const std::string& program, const std::string& backend,
         const std::vector<std::string>& arguments = {});

  std::uint16_t port() const { return port_; }
  Cost cost() const;
  /// The share of one core that it used since `before`, which was taken at `then`, in percent.
  double cpu_percent(const Cost& before, Clock::time_point then) const;
  /// RLIMIT_NOFILE: so many descriptors, from now on.
  void limit_descriptors(std::size_t most);
  void signal(int number) { child_->signal(number); }
  /// Until it has no more than `most` descriptors. False after `patience`.
  bool wait_for_descriptors(std::size_t most, Clock::duration patience = seconds(20)) const;
  /// Until it has used next to no time for a fifth of a second: what was to be done is done. False
  /// after kPatience: it spins, or never ends.
  bool wait_until_idle() const;
  /// SIGTERM and the end of it. "" if it ended with 0 and said nothing, or what was wrong: a crash,
  /// a sanitizer's report, an error message.
  std::string stop();

 private:
  std::unique_ptr<testing::Child> child_;
  std::uint16_t port_ = 0;
};

inline const std::string kEcho = "lessons/echo/echo";
inline const std::string kHttpd = "lessons/httpd/httpd";

/// A folder of files for httpd, which goes with it.
struct SiteFolder : testing::ScratchFolder {
  SiteFolder();

  /// Bytes that do not repeat: what is lost, doubled or swapped shows. An hour old, so that all
  /// answers are alike.
  void add(const std::string& name, std::size_t size_bytes);
};

/// The `size_bytes` bytes from `offset` on of what SiteFolder::add() writes.
std::string pattern(std::size_t offset, std::size_t size_bytes);

/// As many descriptors as the system lets us have; children inherit them. Returns how many.
std::size_t raise_descriptor_limit();

/// How many clients are open at a time: as at_scale(), a fifth under sanitizers, and never more
/// than this process may have descriptors for.
std::size_t many(std::size_t in_ci, std::size_t in_full);

}  // namespace rill::abuse
