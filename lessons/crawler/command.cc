// crawler: fetches every page of a site, once each, many at a time - or a list of URLs, or a
// hundred pages in four ways. Read crawl.h first: the coroutines are there.
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "lessons/common/program.h"
#include "lessons/crawler/fetch_list.h"
#include "lessons/crawler/program.h"
#include "net/client/dial.h"
#include "net/http/robots.h"
#include "net/http/syntax.h"
#include "net/tls/tls_error.h"

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
              "requests at a time; 0: 32 for a site, 1000 for a list");
  line.number("--per-host", choices.per_host, 1, 10'000, "requests at a time to one host");
  line.duration("--delay", choices.delay,
                "between two requests to one host; more if its robots.txt says so");
  line.number("--depth", choices.depth, 0, 1'000'000, "links from the start page; 0: any");
  line.number("--limit", choices.most_urls, 1, 10'000'000, "URLs, then no new ones");
  line.text("--hosts", choices.hosts, "A,B", "follow links to these hosts too");
  line.flag("--span-hosts", choices.spans_hosts, "follow links to any host");
  line.text("--include", choices.include, "A,B", "only these paths, such as /docs/,/*.html$");
  line.text("--exclude", choices.exclude, "A,B", "not these paths");
  line.flag("--ignore-robots", choices.ignores_robots, "do not ask for robots.txt");
  line.duration("--timeout", choices.timeout, "for each page, from connect to its last byte");
  line.duration("--deadline", choices.deadline, "for the whole crawl; then it stops");
  line.number("--retries", choices.most_retries, 0, 20, "after a failure that may pass");
  line.number("--max-body", choices.most_body_bytes, 1, UINT64_C(1) << 40, "bytes of one page");
  line.text("--user-agent", choices.user_agent, "NAME", "what it calls itself, also to robots.txt");
  line.text("--ca-file", choices.ca_file, "FILE",
            "for https: believe these authorities (PEM), not the system's");
  line.flag("--json", choices.prints_json, "a line of JSON for each page, and one for all");
  line.text("--output", choices.output_file, "FILE", "put the lines of JSON there");
  line.text("--state", choices.state_file, "FILE", "keep what is done there, and go on from it");
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

void read_authorities(const Settings& settings, Choices& choices) {
  if (!settings.is_real || choices.is_demo) {
    throw UsageMistake("--ca-file is for https, on real sockets: --real and a URL, or --urls");
  }
  try {
    choices.trust = TlsClientContext::trusting_file(choices.ca_file);
  } catch (const TlsSetupError& error) {
    throw UsageMistake(error.what());
  }
}

/// As many sockets as the system lets us have: the usual soft limit of 1024 is for select(2), which
/// nobody here uses (setrlimit(2), systemd's note on LimitNOFILE).
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void check_outputs(const Settings& settings, const Choices& choices) {
  const std::pair<const char*, bool> given[] = {{"--json", choices.prints_json},
                                                {"--output", !choices.output_file.empty()},
                                                {"--state", !choices.state_file.empty()}};
  for (const auto& [flag, is_given] : given) {
    if (!is_given) continue;
    if (choices.url.empty()) throw UsageMistake(std::string(flag) + " is for the crawl of a URL");
    const bool is_file = std::string_view(flag) != "--json";
    if (is_file && (!settings.record.empty() || !settings.replay.empty())) {
      throw UsageMistake(std::string(flag) + " and a recording do not go together");
    }
  }
  if (!http::is_token(http::product_token(choices.user_agent)) ||
      !http::is_field_value(choices.user_agent)) {
    throw UsageMistake("--user-agent wants a name that begins with a letter, not '" +
                       choices.user_agent + "'");
  }
}

void check(const Settings& settings, Choices& choices) {
  const int sources = !choices.url.empty() + !choices.list_file.empty() + choices.is_demo;
  if (!settings.is_real && sources > 0) {
    throw UsageMistake("the simulation has a site of its own; for others add --real");
  }
  if (settings.is_real && sources != 1) {
    throw UsageMistake("--real takes one of: a URL, --urls FILE, --demo");
  }
  check_outputs(settings, choices);
  if (!choices.ca_file.empty()) read_authorities(settings, choices);
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
      "it, and what is slow. It asks for robots.txt first and keeps to it. Links: a, area, frame,\n"
      "iframe, link rel=canonical, next and prev, meta refresh; not rel=nofollow, no images.\n\n"
      "Ctrl-C once: what is under way may end, then the report; twice: at once. With --state the\n"
      "same command goes on later, also after kill -9: no page that is done is fetched again.\n\n"
      "Exit code: 0 if all is well, 1 if pages are broken or the deadline came first, 2 if it\n"
      "could not begin, 130 after Ctrl-C, 143 after SIGTERM. (The simulated site is broken on\n"
      "purpose: 0.)";
  program.examples =
      "  ./rill run crawler                                  a simulated site of 100 pages\n"
      "  ./rill run crawler --real --demo                    four ways, on real sockets\n"
      "  ./rill run crawler --real http://127.0.0.1:8080/    a real site\n"
      "  ./rill run crawler --real --state s --output pages.json --delay 1 URL\n"
      "                                                      politely, to go on with later\n";
  program.options = [&choices](lesson::CommandLine& line) { add_flags(line, choices); };
  program.check = [&choices](const Settings& settings) { check(settings, choices); };
  program.main = [&choices](const Settings& settings) { return crawl(settings, choices); };
  program.scenario = scenario;
  program.next_command = "./rill run crawler --real --demo";
  return program;
}

}  // namespace rill::crawler
