// Any bytes as HTML: no crash, the same links for every cut, no link longer than the bound.
#include <cstdlib>
#include <string_view>

#include "tests/http/transcript.h"

using namespace rill::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  const std::string whole = link_transcript(html);
  if (link_transcript(html, every_byte(html)) != whole) std::abort();
  if (link_transcript(html, {size / 3, size / 2}) != whole) std::abort();

  LinkScanner scanner;
  for (std::string_view input = html; scanner.next(input);) {
    const std::string_view url = scanner.link().url;
    if (url.size() > LinkScanner::kMaxValueBytes) std::abort();
    if (url.find_first_of("\r\n\t") != url.npos) std::abort();
  }
  return 0;
}
