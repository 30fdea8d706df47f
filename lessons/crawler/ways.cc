// See ways.h; the table is in chart.cc.
#include "lessons/crawler/ways.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <system_error>
#include <thread>

#include "lessons/crawler/blocking_fetch.h"
#include "lessons/crawler/fetch_list.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

Task<Way> timed_fetch(std::string name, const std::vector<http::Url>& urls,
                      std::size_t concurrency) {
  ListOptions options;
  options.concurrency = concurrency;
  const ListResult result = co_await fetch_list(urls, std::move(options));
  co_return Way{std::move(name), result.ok, result.elapsed};
}

}  // namespace

Task<Way> fetch_one_by_one(const std::vector<http::Url>& urls) {
  co_return co_await timed_fetch("sequential", urls, 1);
}

Task<Way> fetch_by_coroutines(const std::vector<http::Url>& urls) {
  co_return co_await timed_fetch("coroutines", urls, urls.size());
}

Way fetch_by_threads(const std::vector<http::Url>& urls) {
  Way way{"threads", 0, {}};
  const Instant begun = now();
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
  way.ok = ok;
  return way;
}

Way fetch_by_processes(const std::vector<http::Url>& urls) {
  Way way{"processes", 0, {}};
  const Instant begun = now();
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
  return way;
}

}  // namespace rill::crawler
