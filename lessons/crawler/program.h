// The crawler as a program: what its command line can choose, and the coroutine for each choice.
// command.cc reads the flags, scenario.cc is the simulated world; the same coroutines run in both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lessons/common/program.h"
#include "lessons/common/world.h"
#include "lessons/crawler/crawl.h"
#include "lessons/crawler/demo_origin.h"

namespace rill::crawler {

struct Choices {
  std::string url;                ///< the site to crawl; in the simulation there is one already
  std::string list_file;          ///< --urls
  bool is_demo = false;           ///< --demo
  std::uint64_t concurrency = 0;  ///< 0: CrawlOptions', kListConcurrency for a list
  std::uint64_t per_host = CrawlOptions().per_host;
  Duration delay;
  std::uint64_t depth = 0;  ///< 0: any
  std::uint64_t most_urls = CrawlOptions().most_urls;
  std::uint64_t most_body_bytes = CrawlOptions().most_body_bytes;
  std::uint64_t most_retries = CrawlOptions().retry.most_retries;
  Duration timeout = CrawlOptions().page_deadline;
  Duration deadline;  ///< of the whole crawl; nothing: none
  std::string user_agent = CrawlOptions().user_agent;
  std::string ca_file;                  ///< --ca-file; "": the authorities of the system
  std::string hosts, include, exclude;  ///< separated by commas
  bool spans_hosts = false;
  bool ignores_robots = false;
  bool prints_json = false;
  std::string output_file, state_file;

  std::vector<http::Url> list = {};              ///< what was in list_file
  TlsClientContext trust = {};                   ///< what was in ca_file
  std::shared_ptr<DemoOrigin> demo_origin = {};  ///< when is_demo
};

inline constexpr std::size_t kListConcurrency = 1000;  // a list is many sites, or a benchmark
/// In the simulation, where nobody is slow but on purpose.
inline constexpr Duration kSimulatedTimeout = seconds(1);
/// How long requests under way may take after the crawl is told to stop.
inline constexpr Duration kFinishTime = seconds(5);

/// The name of the simulated site, and how long each of its pages and those of --demo take.
inline constexpr const char* kSimulatedSite = "site.test";
inline constexpr Duration kPageDelay = milliseconds(50);

/// Follows the links of one site and reports. Throws lesson::Failure if something there is broken
/// or it was stopped, lesson::UsageMistake if the start page cannot be had at all.
Task<> crawl_site(http::Url start, const Choices& choices, const lesson::Settings& settings);

/// Fetches choices.list and reports one JSON line. Throws lesson::Failure if not all pages came.
Task<> crawl_list(const Choices& choices, const lesson::Settings& settings);

/// Fetches the hundred pages at `host` ("name:port") in each way that this world has, and reports.
/// Throws lesson::Failure if a way did not get them all.
Task<> compare_ways(const std::string& host, const lesson::Settings& settings);

/// The whole program; its command line writes to `choices`, which must outlive it.
lesson::Program crawler_program(Choices& choices);

/// The simulated world: two hosts, and on one of them the site.
Task<> scenario(lesson::World& world);

}  // namespace rill::crawler
