// Any bytes as coded content: no crash, no leak, the same for every cut, within the limits. The
// first byte says which coding.
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/http/coded.h"

using namespace rill::http;

namespace {

/// Of br, what comes out before a fault depends on the cuts, and so does which is met first: the
/// corrupt place, or a limit before it. That there is a fault does not.
bool are_alike(Coding coding, const std::string& one, const std::string& other) {
  if (one == other) return true;
  return coding == Coding::br && one.starts_with('|') && other.starts_with('|') && one != "|end" &&
         other != "|end";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto coding = static_cast<Coding>(data[0] % 4);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  // The larger one is more than deflate's window, and than two of the decoder's buffers.
  for (const DecodeLimits& limits : {DecodeLimits{40'000, 0}, DecodeLimits{64, 0}}) {
    const std::string whole = coding_transcript(coding, bytes, {}, limits);
    if (coding != Coding::identity && whole.size() > limits.content_bytes + 100) std::abort();
    for (const Cuts& cuts : {every_byte(bytes), Cuts{size / 3, size / 2}}) {
      if (!are_alike(coding, coding_transcript(coding, bytes, cuts, limits), whole)) std::abort();
    }
  }
  return 0;
}
