// Any bytes as robots.txt, and any as a target: no crash, no time without end, and the same answer
// however the lines end.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/robots.h"

using namespace rill::http;

namespace {

std::size_t longest_line(std::string_view text) {
  std::size_t longest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\r', begin), text.size());
    longest = std::max(longest, end - begin);
    begin = end + 1;
  }
  return longest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string target = "/" + std::string(input.substr(0, line));
  std::string text(input.substr(std::min(line + 1, input.size())));
  const Robots robots = Robots::parse(text, "rill");
  const bool is_allowed = robots.allows(target);
  if (!robots.allows("/robots.txt")) std::abort();
  if (robots.crawl_delay() > Robots::kMostCrawlDelay) std::abort();
  if (robots.crawl_delay() < rill::Duration()) std::abort();

  std::replace(text.begin(), text.end(), '\n', '\r');
  if (Robots::parse(text, "RILL").allows(target) != is_allowed) std::abort();
  // The longest rule forbids every target, whatever else is said. A byte becomes three at most.
  const std::string stars(3 * longest_line(text), '*');
  if (text.size() + stars.size() > Robots::kMaxBytes / 2) return 0;
  text += "\ruser-agent: rill\rdisallow: /" + stars + "\r";
  if (target != "/robots.txt" && Robots::parse(text, "rill").allows(target)) std::abort();
  return 0;
}
