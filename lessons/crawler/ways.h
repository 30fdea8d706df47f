// The four ways to fetch many pages, each timed: one after the other, a thread for each, a process
// for each, a coroutine for each.
//
// All but threads and processes run anywhere. Those two are the operating system's own concurrency:
// they have no place in a simulation, where one thread decides what happens when, and here they
// block this run until they are done - as they would block yours.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "net/http/url.h"
#include "scheduler/task.h"
#include "scheduler/time.h"

namespace rill::crawler {

/// One way and how it went.
struct Way {
  std::string name;
  std::string at_once;  ///< what works at the same time: "100 threads"
  std::size_t ok = 0;   ///< pages that came
  Duration elapsed = {};
  std::string note = {};  ///< why it was not tried; empty if it was
  /// Processor time that it took on this machine, its children's too; nothing: not measured.
  Duration processor = {};
};

/// The two that a simulation cannot have, with why.
std::vector<Way> ways_not_simulated(std::size_t pages);

Task<Way> fetch_one_by_one(const std::vector<http::Url>& urls, bool is_real);
Task<Way> fetch_by_coroutines(const std::vector<http::Url>& urls, bool is_real);
/// Real sockets only, as is `processor` of all. Suspends never, blocks until all have ended.
Way fetch_by_threads(const std::vector<http::Url>& urls);
Way fetch_by_processes(const std::vector<http::Url>& urls);

/// A row for each way: its times, and a bar; that of the slowest is `bar_columns` wide. What was
/// not tried has a dash, and below stands why.
std::string chart(const std::vector<Way>& ways, std::size_t bar_columns);

}  // namespace rill::crawler
