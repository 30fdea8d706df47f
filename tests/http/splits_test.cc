// However a request is cut into pieces, it means the same (bar B4); and where a second parser,
// llhttp's own, sees a whole request, it sees the same one. On mutants of the attack suite:
// all single cuts of each up to 512 bytes, some beyond, and every byte by itself.
//   bazel test //tests/http:splits_test --test_env=RILL_ABUSE_SCALE=full     100,000 of them
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "tests/abuse/mutants.h"
#include "tests/http/llhttp_oracle.h"
#include "tests/http/transcript.h"
#include "tests/testing/testing.h"

namespace rill::http {
namespace {

TEST_CASE("a request means the same however it is cut, and to a second parser", "[splits]") {
  const char* const scale = std::getenv("RILL_ABUSE_SCALE");
  const int count = scale != nullptr && std::string_view(scale) == "full" ? 100'000 : 500;
  abuse::Mutants mutants(3);
  int whole_requests = 0;
  std::size_t cuts_tried = 0;
  for (int i = 0; i < count; ++i) {
    const std::string bytes = mutants.next();
    const std::string whole = request_transcript(bytes);
    if (whole.ends_with("idle")) ++whole_requests;
    bool is_same = request_transcript(bytes, every_byte(bytes)) == whole;
    for (std::size_t cut = 1; cut < bytes.size() && is_same; ++cut, ++cuts_tried) {
      if (cut > 512) cut += mutants.draw(1000);
      is_same = request_transcript(bytes, {cut}) == whole;
      if (!is_same) UNSCOPED_INFO("cut at " << cut);
    }
    const std::size_t first = mutants.draw(bytes.size() + 1);
    const std::size_t second = first + mutants.draw(bytes.size() + 1 - first);
    is_same = is_same && request_transcript(bytes, {first, second}) == whole;
    const bool is_agreed = agree(own_requests(bytes), llhttp_requests(bytes));
    if (is_same && is_agreed) continue;
    INFO("mutant " << i << ":\n" << bytes << "\nwhole: " << whole);
    CHECK(is_same);
    CHECK(is_agreed);
  }
  CHECK(cuts_tried > static_cast<std::size_t>(count) * 50);
  CHECK(whole_requests > count / 20);
}

}  // namespace
}  // namespace rill::http
