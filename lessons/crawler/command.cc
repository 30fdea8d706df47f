// crawler: fetches every page of a site, once each, many at a time - or a list of URLs, or a
// hundred pages in four ways. Read crawl.h first: the coroutines are there.
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "lessons/common/program.h"
#include "lessons/crawler/fetch_list.h"
#include "lessons/crawler/program.h"

namespace rill::crawler {
namespace {

using lesson::Settings;
using lesson::UsageMistake;

void add_flags(lesson::CommandLine& line, Choices& choices) {
  line.word("URL", choices.url, "where to begin; with --real");
  line.text("--urls", choices.list_file, "FILE",
            "fetch these URLs, one a line, instead; ends with a line of JSON");
  line.flag("--demo", choices.is_demo,
            "time the four ways on real sockets, against a server of its own");
  line.number("--concurrency", choices.concurrency, 0, 100'000,
              "pages at a time; 0: 16 for a site, 1000 for a list");
  line.number("--timeout-ms", choices.timeout_ms, 0, 86'400'000,
              "for each page, from connect to its last byte; 0: 10 s, simulated 1 s");
  line.number("--limit", choices.most_urls, 1, 10'000'000, "URLs of a site, then no new ones");
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream) throw UsageMistake("cannot read " + file);
  return text.str();
}

void read_list(Choices& choices) {
  try {
    choices.list = parse_url_list(text_of(choices.list_file));
  } catch (const std::invalid_argument& error) {
    throw UsageMistake(choices.list_file + ": " + error.what());
  }
  if (choices.list.empty()) throw UsageMistake(choices.list_file + " has no URL in it");
}

/// As many sockets as the system lets us have: the usual soft limit of 1024 is for select(2), which
/// nobody here uses (setrlimit(2), systemd's note on LimitNOFILE).
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void check(const Settings& settings, Choices& choices) {
  const int sources = !choices.url.empty() + !choices.list_file.empty() + choices.is_demo;
  if (!settings.is_real && sources > 0) {
    throw UsageMistake("the simulation has a site of its own; for others add --real");
  }
  if (settings.is_real && sources != 1) {
    throw UsageMistake("--real takes one of: a URL, --urls FILE, --demo");
  }
  if (settings.is_real) raise_descriptor_limit();
  if (!choices.list_file.empty()) read_list(choices);
  if (!choices.url.empty()) {
    const std::optional<http::Url> url = http::Url::parse(choices.url);
    if (!url) throw UsageMistake("'" + choices.url + "' is no URL such as http://example.org/");
  }
  if (choices.is_demo) {  // now, because a process that forks should have no scheduler yet
    choices.demo_origin = std::make_shared<DemoOrigin>(settings.backend, kPageDelay);
  }
}

Task<> crawl(const Settings& settings, const Choices& choices) {
  if (choices.is_demo) {
    const std::string port = std::to_string(choices.demo_origin->port());
    co_await compare_ways("127.0.0.1:" + port, settings);
  } else if (!choices.list.empty()) {
    co_await crawl_list(choices, settings);
  } else if (settings.is_real) {
    co_await crawl_site(http::Url::parse(choices.url).value(), choices, settings);
  } else {
    const std::string site = kSimulatedSite;
    co_await crawl_site(http::Url::parse("http://" + site + "/").value(), choices, settings);
    co_await compare_ways(site, settings);
  }
}

}  // namespace

lesson::Program crawler_program(Choices& choices) {
  lesson::Program program;
  program.name = "crawler";
  program.about = "Fetches every page of a web site once, many at a time.";
  program.details =
      "It follows links and redirects within the site and reports what is broken, who links to\n"
      "it, and what is slow. Exit code: 0 if all is well, 1 if pages are broken, 2 if it could\n"
      "not begin. (The simulated site is broken on purpose: 0.)";
  program.examples =
      "  ./rill run crawler                                  a simulated site of 100 pages\n"
      "  ./rill run crawler --real --demo                    four ways, on real sockets\n"
      "  ./rill run crawler --real http://127.0.0.1:8080/    a real site\n";
  program.options = [&choices](lesson::CommandLine& line) { add_flags(line, choices); };
  program.check = [&choices](const Settings& settings) { check(settings, choices); };
  program.main = [&choices](const Settings& settings) { return crawl(settings, choices); };
  program.scenario = scenario;
  program.next_command = "./rill run crawler --real --demo";
  return program;
}

}  // namespace rill::crawler
