// See ways.h; the table is in chart.cc.
#include "lessons/crawler/ways.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <system_error>
#include <thread>

#include "lessons/common/style.h"
#include "lessons/crawler/blocking_fetch.h"
#include "lessons/crawler/fetch_list.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

Duration processor_time_of(int whom) {
  rusage used{};
  getrusage(whom, &used);
  const auto length = [](const timeval& time) {
    return seconds(time.tv_sec) + microseconds(time.tv_usec);
  };
  return length(used.ru_utime) + length(used.ru_stime);
}

/// Of this process, and of its children that have been waited for.
Duration processor_time() {
  return processor_time_of(RUSAGE_SELF) + processor_time_of(RUSAGE_CHILDREN);
}

std::string threads_of(std::size_t pages) { return lesson::counted(pages, "thread"); }
std::string processes_of(std::size_t pages) {
  return lesson::with_commas(pages) + (pages == 1 ? " process" : " processes");
}

Task<Way> timed_fetch(Way way, const std::vector<http::Url>& urls, std::size_t concurrency,
                      bool is_real) {
  ListOptions options;
  options.concurrency = concurrency;
  const Duration before = is_real ? processor_time() : Duration();
  const ListResult result = co_await fetch_list(urls, std::move(options));
  if (is_real) way.processor = processor_time() - before;
  way.ok = result.ok;
  way.elapsed = result.elapsed;
  co_return way;
}

}  // namespace

std::vector<Way> ways_not_simulated(std::size_t pages) {
  const std::string note =
      "the operating system's, and no part of a simulation: --real --demo times them";
  return {{.name = "threads", .at_once = threads_of(pages), .note = note},
          {.name = "processes", .at_once = processes_of(pages), .note = note}};
}

Task<Way> fetch_one_by_one(const std::vector<http::Url>& urls, bool is_real) {
  Way way{.name = "sequential", .at_once = "1 page"};
  co_return co_await timed_fetch(std::move(way), urls, 1, is_real);
}

Task<Way> fetch_by_coroutines(const std::vector<http::Url>& urls, bool is_real) {
  Way way{.name = "coroutines", .at_once = lesson::counted(urls.size(), "task")};
  co_return co_await timed_fetch(std::move(way), urls, urls.size(), is_real);
}

Way fetch_by_threads(const std::vector<http::Url>& urls) {
  Way way{.name = "threads", .at_once = threads_of(urls.size())};
  const Instant begun = now();
  const Duration before = processor_time();
  std::atomic<std::size_t> ok = 0;
  std::vector<std::thread> threads;
  try {
    for (const http::Url& url : urls) {
      threads.emplace_back([&ok, &url] { ok += blocking_fetch(url) == 200; });
    }
  } catch (const std::system_error&) {  // no more threads: the rest of the pages is not fetched
  }
  for (std::thread& thread : threads) thread.join();
  way.elapsed = now() - begun;
  way.processor = processor_time() - before;
  way.ok = ok;
  return way;
}

Way fetch_by_processes(const std::vector<http::Url>& urls) {
  Way way{.name = "processes", .at_once = processes_of(urls.size())};
  const Instant begun = now();
  const Duration before = processor_time();
  std::vector<pid_t> children;
  for (const http::Url& url : urls) {
    const pid_t child = fork();
    // The child has a copy of this scheduler and must not touch it: no return, no destructors.
    if (child == 0) _exit(blocking_fetch(url) == 200 ? 0 : 1);
    if (child > 0) children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    way.ok += WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  way.elapsed = now() - begun;
  way.processor = processor_time() - before;
  return way;
}

}  // namespace rill::crawler
