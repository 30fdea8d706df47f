// See outputs.h.
#include "tests/testing/outputs.h"

#include <cstdlib>

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

}  // namespace rill::testing
