// Any bytes as coded content: no crash, no leak, the same for every cut, within the limits. The
// first byte says which coding.
#include <cstdlib>
#include <string_view>

#include "tests/http/coded.h"

using namespace rill::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto coding = static_cast<Coding>(data[0] % 4);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const DecodeLimits& limits : {DecodeLimits{100'000, 0}, DecodeLimits{64, 0}}) {
    const std::string whole = coding_transcript(coding, bytes, {}, limits);
    if (coding != Coding::identity && whole.size() > limits.content_bytes + 100) std::abort();
    if (coding_transcript(coding, bytes, every_byte(bytes), limits) != whole) std::abort();
    if (coding_transcript(coding, bytes, {size / 3, size / 2}, limits) != whole) std::abort();
  }
  return 0;
}
