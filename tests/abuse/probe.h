// Probe: the client that does nothing wrong, and how long it waits for its answers meanwhile.
//
//   Probe probe(httpd.port(), Probe::Speaks::http);
//   std::this_thread::sleep_for(seconds(1));
//   const Latencies quiet = probe.take();
//
// It has a thread and one connection, asks, waits for the answer, pauses a millisecond, and so on.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/abuse/scale.h"

namespace rill::abuse {

/// Round trips, in milliseconds.
class Latencies {
 public:
  void add(double milliseconds) { all_.push_back(milliseconds); }
  void add(const Latencies& other) {
    all_.insert(all_.end(), other.all_.begin(), other.all_.end());
  }
  std::size_t count() const { return all_.size(); }
  /// 0.99: so many of them took no longer. 0 when there are none.
  double quantile(double part) const;
  double worst() const { return quantile(1); }

 private:
  std::vector<double> all_;
};

class Probe {
 public:
  enum class Speaks : std::uint8_t { echo, http };

  Probe(std::uint16_t port, Speaks language, Clock::duration pause = milliseconds(1));
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe();

  /// Those since the last call. One that is under way counts when it ends: so after an attack wait
  /// for settle().
  Latencies take();
  /// Until one more round trip has begun and ended. False if that took longer than kPatience.
  bool settle();
  /// Whether every answer came, and was right.
  bool is_well() const { return !is_ill_; }

 private:
  void run(std::uint16_t port, Speaks language, Clock::duration pause);

  std::atomic<bool> is_ending_{false};
  std::atomic<bool> is_ill_{false};
  std::atomic<std::uint64_t> begun_{0};
  std::atomic<std::uint64_t> done_{0};
  std::mutex mutex_;
  Latencies latencies_;
  std::thread thread_;
};

}  // namespace rill::abuse
