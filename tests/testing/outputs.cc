// See outputs.h.
#include "tests/testing/outputs.h"

#include <cstdlib>

#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"

namespace rill::testing {

std::string output_stem(std::string_view kind, std::string_view name) {
  const char* const folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (folder == nullptr) return "";
  return std::string(folder).append("/").append(kind).append("-").append(name.substr(0, 12));
}

std::string see_line(const std::string& path, std::string_view remark) {
  constexpr std::string_view kLogs = "/testlogs/";
  const std::size_t at = path.find(kLogs);
  const std::string reachable =
      at == path.npos ? path : "bazel-testlogs/" + path.substr(at + kLogs.size());
  return "see it: " + reachable + "\n        (" + std::string(remark) + ")\n";
}

std::string page_of(const std::string& trace, const std::string& sentence) {
  try {
    return view::to_html(trace::read(trace), {.title = sentence});
  } catch (const trace::ReadError& error) {
    return std::string("<!doctype html><title>no page</title><p>") + error.what() + "\n";
  }
}

}  // namespace rill::testing
