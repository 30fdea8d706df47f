// Any bytes as requests: no crash, the same events for every cut, and agreement with llhttp alone.
#include <cstdlib>
#include <string_view>

#include "tests/http/llhttp_oracle.h"
#include "tests/http/transcript.h"

using namespace rill::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = request_transcript(bytes);
  if (request_transcript(bytes, every_byte(bytes)) != whole) std::abort();
  if (size > 0 && request_transcript(bytes, {data[0] % size, data[size - 1] + size / 2}) != whole) {
    std::abort();
  }
  if (!agree(own_requests(bytes), llhttp_requests(bytes))) std::abort();

  Limits small;
  small.start_line_bytes = 30;
  small.header_bytes = 60;
  small.field_count = 3;
  small.body_bytes = 8;
  if (request_transcript(bytes, {}, small) != request_transcript(bytes, every_byte(bytes), small)) {
    std::abort();
  }
  return 0;
}
