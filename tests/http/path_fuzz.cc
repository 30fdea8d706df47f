// Any bytes as a request path: what is accepted names something below the root.
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/path.h"
#include "net/http/percent.h"

using namespace rill::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RequestPath path;
  const bool is_accepted =
      path.assign({reinterpret_cast<const char*>(data), size}) == PathFault::none;
  const std::string name = path.relative();
  if (!is_accepted && !name.empty()) std::abort();
  const std::string padded = "/" + name + "/";
  for (const char* part : {"/../", "/./", "\\"}) {
    if (padded.find(part) != padded.npos) std::abort();
  }
  if (!name.empty() && padded.find("//") != padded.npos) std::abort();
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  }

  // A listing links to a name by its encoded form, which must come back as that name.
  std::string link = "/";
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    append_percent_encoded(link, std::string_view(name).substr(at, end - at));
    if (end < name.size()) link += '/';
    at = end + 1;
  }
  if (is_accepted && (path.assign(link) != PathFault::none || path.relative() != name))
    std::abort();
  return 0;
}
