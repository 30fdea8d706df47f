// Any bytes as a response: no crash, the same events for every cut, to GET and to HEAD.
#include <cstdlib>
#include <string_view>

#include "tests/http/transcript.h"

using namespace rill::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Limits small;
  small.start_line_bytes = 30;
  small.header_bytes = 60;
  small.field_count = 3;
  small.body_bytes = 8;
  small.interim_responses = 1;
  // Not both for each input: HEAD differs in the body only, and inputs of either kind abound.
  const Method method = size % 4 == 3 ? Method::head : Method::get;
  for (const Limits& limits : {Limits(), small}) {
    const std::string whole = response_transcript(bytes, {}, method, limits);
    if (response_transcript(bytes, every_byte(bytes), method, limits) != whole) std::abort();
    if (response_transcript(bytes, {size / 3, size / 2}, method, limits) != whole) std::abort();
  }
  return 0;
}
