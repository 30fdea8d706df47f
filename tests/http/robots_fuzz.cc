// Any bytes as robots.txt, and any as a target: no crash, no time without end, and the same answer
// however the lines end.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/robots.h"

using namespace rill::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string target = "/" + std::string(input.substr(0, line));
  std::string text(input.substr(line));
  const Robots robots = Robots::parse(text, "rill");
  const bool is_allowed = robots.allows(target);
  if (!robots.allows("/robots.txt")) std::abort();
  if (robots.crawl_delay() > Robots::kMostCrawlDelay) std::abort();
  if (robots.crawl_delay() < rill::Duration()) std::abort();

  std::replace(text.begin(), text.end(), '\n', '\r');
  if (Robots::parse(text, "RILL").allows(target) != is_allowed) std::abort();
  // A rule that is longer than every target of this size forbids it, whatever else is said.
  if (text.size() > 4096) return 0;
  text += "\ruser-agent: rill\rdisallow: /" + std::string(4096, '*') + "\r";
  if (target != "/robots.txt" && Robots::parse(text, "rill").allows(target)) std::abort();
  return 0;
}
