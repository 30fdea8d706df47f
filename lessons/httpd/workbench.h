// Workbench: what a connection needs while it reads and answers requests - a parser and a buffer -
// and gives back when it waits for the next one.
//
// That is what makes idle connections cheap and busy ones free of allocations: ten thousand of the
// former share the few benches of the latter. The bench that was used last is lent first, because
// its memory is in the cache.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lessons/httpd/limits.h"
#include "net/http/request_parser.h"
#include "scheduler/check.h"

namespace rill::httpd {

struct Workbench {
  explicit Workbench(const http::Limits& limits) : parser(limits) {}

  http::RequestParser parser;
  std::string out;  ///< answers on their way to the connection; empty between two exchanges
};

/// Not beyond this many benches are kept; more exist while more connections are busy.
inline constexpr std::size_t kMostSpareBenches = 64;

class Workbenches {
 public:
  explicit Workbenches(const http::Limits& limits) : limits_(limits) {}

  std::unique_ptr<Workbench> take() {
    if (spare_.empty()) return std::make_unique<Workbench>(limits_);
    std::unique_ptr<Workbench> bench = std::move(spare_.back());
    spare_.pop_back();
    return bench;
  }
  /// Only between two messages, with nothing left to send: nothing of one client may reach another.
  void give_back(std::unique_ptr<Workbench> bench) {
    RILL_CHECK(bench->parser.idle() && bench->out.empty(),
               "a workbench that holds something of one client was given back for others");
    if (spare_.size() == kMostSpareBenches) return;
    spare_.push_back(std::move(bench));
  }

 private:
  http::Limits limits_;
  std::vector<std::unique_ptr<Workbench>> spare_;
};

/// Holds a bench for a while, or none. One that is not given back by end() - its holder was killed,
/// or its client made a mistake - is thrown away.
class BenchLease {
 public:
  explicit BenchLease(Workbenches& benches) : benches_(benches) {}
  BenchLease(const BenchLease&) = delete;
  BenchLease& operator=(const BenchLease&) = delete;

  void begin() {
    if (bench_ == nullptr) bench_ = benches_.take();
  }
  void end() {
    if (bench_ != nullptr) benches_.give_back(std::move(bench_));
  }
  explicit operator bool() const { return bench_ != nullptr; }
  Workbench* operator->() const { return bench_.get(); }

 private:
  Workbenches& benches_;
  std::unique_ptr<Workbench> bench_;
};

}  // namespace rill::httpd
